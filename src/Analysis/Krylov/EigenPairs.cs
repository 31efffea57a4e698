namespace Looped.Analysis.Krylov;

/// <summary>Which end of a spectrum is looked for.</summary>
public enum SpectrumEnd
{
    /// <summary>The largest eigenvalues, descending.</summary>
    Top,

    /// <summary>The smallest eigenvalues, the most negative first, ascending.</summary>
    Bottom,
}

/// <summary>How eigenpairs are looked for.</summary>
/// <param name="Block">
/// Vectors of a step, which one batch of products serves; also the highest multiplicity that is sure to be seen.
/// </param>
/// <param name="Basis">Vectors that are kept at most; 0 for twice the eigenpairs and 8 blocks more.</param>
/// <param name="Tolerance">An eigenpair has converged when its residual is at most so much of the largest magnitude seen.</param>
/// <param name="MaxProducts">Products with the operator, at most; 0 for 100 times the basis.</param>
/// <param name="Seed">Seed of the starting vectors.</param>
public sealed record LanczosOptions(
    int Block = 1, int Basis = 0, double Tolerance = 1e-8, int MaxProducts = 0, ulong Seed = 0)
{
    /// <summary>The options with all numbers chosen, for some eigenpairs of an operator.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal LanczosOptions For(int size, int count)
    {
        Require(count >= 1 && count <= size, $"there are 1 to {size} eigenpairs to look for, not {count}");
        Require(Block >= 1, $"a block has at least 1 vector, not {Block}");
        Require(Tolerance > 0, $"the tolerance must be positive, not {Tolerance}");
        var block = Math.Min(Block, size);
        var basis = Math.Min(size, Basis == 0 ? (2 * count) + (8 * block) : Basis);
        Require(
            basis == size || basis >= count + (2 * block),
            $"a basis for {count} eigenpairs in blocks of {block} needs at least {count + (2 * block)} vectors, not {basis}");
        return this with { Block = block, Basis = basis, MaxProducts = MaxProducts == 0 ? 100 * basis : MaxProducts };

        static void Require(bool holds, string sentence)
        {
            if (!holds)
            {
                throw new ArgumentException(sentence);
            }
        }
    }

    /// <summary>Bytes of vectors that a search will hold beside the operator's own.</summary>
    /// <param name="size">n.</param>
    /// <param name="count">Eigenpairs.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public long PredictBytes(int size, int count)
    {
        var chosen = For(size, count);
        return Krylov.Basis.Bytes(size, chosen.Basis + (2 * (chosen.Block + count)));
    }
}

/// <summary>Some eigenpairs at one end of a spectrum.</summary>
/// <param name="Size">n.</param>
/// <param name="Values">Eigenvalues, the outermost first.</param>
/// <param name="Vectors">(count,n), row-major: orthonormal eigenvectors.</param>
/// <param name="Residuals">
/// <c>||A x - lambda x||</c> of each, from a product of its own: an eigenvalue of A lies within so much of lambda.
/// </param>
/// <param name="Converged">Whether every residual is within the tolerance.</param>
/// <param name="Products">Products with the operator, those of the residuals among them.</param>
/// <param name="Restarts">How often the basis was full.</param>
public sealed record EigenPairs(
    int Size, double[] Values, double[] Vectors, double[] Residuals, bool Converged, int Products, int Restarts)
{
    /// <summary>The eigenvector of value j.</summary>
    public ReadOnlySpan<double> Vector(int j) => Vectors.AsSpan(j * Size, Size);

    /// <summary>
    /// The share of a vector, such as the gradient, that lies in the span of the eigenvectors: by squared length, from 0 to 1. Not
    /// a number for the zero vector.
    /// </summary>
    /// <param name="vector">(n,).</param>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public double Share(ReadOnlySpan<double> vector)
    {
        if (vector.Length != Size)
        {
            throw new ArgumentException($"a vector of {vector.Length} numbers has no share in a space of {Size}");
        }

        var square = 0.0;
        for (var j = 0; j < Values.Length; j++)
        {
            var along = Basis.Dot(Vector(j), vector);
            square += along * along;
        }

        return square / Basis.Dot(vector, vector);
    }
}
