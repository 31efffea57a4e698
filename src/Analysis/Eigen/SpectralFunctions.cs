using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Matrices made of a spectral decomposition, <c>f(H) = sum_j f(lambda_j) u_j u_j'</c> (of a range of one, the sum over
/// that range), and spectra of made matrices.
/// </summary>
public static unsafe class SpectralFunctions
{
    /// <summary><c>|H| = sum_j |lambda_j| u_j u_j'</c>, the positive square root of H squared.</summary>
    /// <param name="decomposition">H.</param>
    /// <param name="team">Threads that share the work; the calling one alone where null.</param>
    /// <returns>(n,n), row-major, exactly symmetric.</returns>
    public static double[] Absolute(EigenDecomposition decomposition, WorkerTeam? team = null) =>
        Apply(decomposition, Math.Abs, team);

    /// <summary>The orthogonal projection on the eigenvectors of the values in [low, high).</summary>
    /// <param name="decomposition">H.</param>
    /// <param name="low">The lower bound; may be minus infinity.</param>
    /// <param name="high">The upper bound; may be infinity.</param>
    /// <param name="team">Threads that share the work; the calling one alone where null.</param>
    /// <returns>(n,n), row-major, exactly symmetric.</returns>
    public static double[] Projector(EigenDecomposition decomposition, double low, double high, WorkerTeam? team = null) =>
        Apply(decomposition, value => value >= low && value < high ? 1 : 0, team);

    /// <summary>The part of a vector in the span of the eigenvectors of the values in [low, high).</summary>
    /// <param name="decomposition">H.</param>
    /// <param name="low">The lower bound; may be minus infinity.</param>
    /// <param name="high">The upper bound; may be infinity.</param>
    /// <param name="vector">n elements.</param>
    /// <param name="projection">Out: n elements; must not overlap the vector.</param>
    /// <exception cref="ArgumentException">A length is not n.</exception>
    public static void Project(
        EigenDecomposition decomposition, double low, double high, ReadOnlySpan<double> vector, Span<double> projection)
    {
        if (vector.Length != decomposition.Size || projection.Length != decomposition.Size)
        {
            throw new ArgumentException(
                $"The vector has {vector.Length} elements and its projection room for {projection.Length}, but the order is {decomposition.Size}.");
        }

        projection.Clear();
        for (var j = 0; j < decomposition.Values.Length; j++)
        {
            if (decomposition.Values[j] >= low && decomposition.Values[j] < high)
            {
                var direction = decomposition.Vector(j);
                var weight = 0.0;
                for (var i = 0; i < direction.Length; i++)
                {
                    weight += direction[i] * vector[i];
                }

                for (var i = 0; i < direction.Length; i++)
                {
                    projection[i] += weight * direction[i];
                }
            }
        }
    }

    /// <summary><c>f(H)</c>.</summary>
    /// <param name="decomposition">H.</param>
    /// <param name="function">f.</param>
    /// <param name="team">Threads that share the work; the calling one alone where null.</param>
    /// <returns>(n,n), row-major, exactly symmetric.</returns>
    public static double[] Apply(EigenDecomposition decomposition, Func<double, double> function, WorkerTeam? team = null)
    {
        var n = decomposition.Size;
        var (rows, scaled) = (new double[decomposition.Vectors.Length], new double[decomposition.Vectors.Length]);
        var count = 0;
        for (var j = 0; j < decomposition.Values.Length; j++)
        {
            var value = function(decomposition.Values[j]);
            if (value == 0)
            {
                continue;
            }

            var row = decomposition.Vector(j);
            row.CopyTo(rows.AsSpan(count * n));
            for (var i = 0; i < n; i++)
            {
                scaled[count * n + i] = value * row[i];
            }

            count++;
        }

        var result = new double[n * n];
        fixed (double* left = rows, right = scaled, product = result)
        {
            DenseProduct.Create(team).Multiply(
                ProductMode.AddLower, 1, new MatrixView(left, n).Transposed, new MatrixView(right, n), product, n, n, n, count);
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                result[j * n + i] = result[i * n + j];
            }
        }

        return result;
    }

    /// <summary>The eigenvalues of the Hadamard product, element by element, of two symmetric matrices, ascending.</summary>
    /// <param name="a">(n,n), row-major.</param>
    /// <param name="b">The same.</param>
    /// <param name="n">The order.</param>
    /// <param name="team">Threads that share the work; the calling one alone where null.</param>
    /// <exception cref="ArgumentException">The matrices differ in size, or the product is not n x n, finite and symmetric.</exception>
    public static double[] HadamardValues(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, WorkerTeam? team = null)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"The matrices must be of one size, not of {a.Length} and {b.Length} elements.");
        }

        var product = new double[a.Length];
        for (var k = 0; k < product.Length; k++)
        {
            product[k] = a[k] * b[k];
        }

        return SymmetricEigen.Values(product, n, team);
    }
}
