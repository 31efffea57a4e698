using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Analysis.Theory;

/// <summary>The matrices of a toy model.</summary>
/// <param name="Query">W_Q, d x d.</param>
/// <param name="Key">W_K, d x d.</param>
/// <param name="Value">W_V, d x d.</param>
/// <param name="Head">W_h, V x d.</param>
public sealed record AttentionWeights(Matrix Query, Matrix Key, Matrix Value, Matrix Head)
{
    /// <summary>The matrices in a parameter vector, which holds them in this order, row-major.</summary>
    /// <param name="theta">(P,).</param>
    /// <param name="width">d.</param>
    public static AttentionWeights Of(ReadOnlySpan<double> theta, int width)
    {
        var square = width * width;
        return new AttentionWeights(
            new Matrix(width, width, theta[..square].ToArray()),
            new Matrix(width, width, theta[square..(2 * square)].ToArray()),
            new Matrix(width, width, theta[(2 * square)..(3 * square)].ToArray()),
            new Matrix((theta.Length - (3 * square)) / width, width, theta[(3 * square)..].ToArray()));
    }

    /// <summary>The parameter vector.</summary>
    public double[] ToVector() => [.. Query.Values, .. Key.Values, .. Value.Values, .. Head.Values];

    /// <summary>
    /// Weights near Assumption 4: each square matrix is a positive diagonal D with entries between <c>1/anisotropy</c> and 1 of
    /// <paramref name="scale"/>, and a dense matrix of spectral norm <paramref name="offDiagonal"/> times that of D. The head is
    /// normal with standard deviation 1/sqrt(d), as at initialisation.
    /// </summary>
    /// <param name="random">What they are drawn from.</param>
    /// <param name="settings">Sizes.</param>
    /// <param name="scale">Largest entry of the diagonals.</param>
    /// <param name="anisotropy">Largest over smallest possible entry, at least 1.</param>
    /// <param name="offDiagonal">Spectral norm of the dense part over that of the diagonal.</param>
    public static AttentionWeights NearlyDiagonal(
        Philox random, ToyModelSettings settings, double scale, double anisotropy, double offDiagonal)
    {
        var d = settings.Width;
        var (query, key, value) = (Draw(), Draw(), Draw());
        return new AttentionWeights(
            query, key, value, Matrix.Normal(random, settings.Symbols, d, 1 / Math.Sqrt(d)));

        Matrix Draw()
        {
            var diagonal = new double[d];
            for (var i = 0; i < d; i++)
            {
                diagonal[i] = scale * Math.Pow(anisotropy, -random.NextDouble());
            }

            var dense = Matrix.Normal(random, d, d);
            return Matrix.Diagonal(diagonal) + ((offDiagonal * diagonal.Max() / dense.SpectralNorm()) * dense);
        }
    }
}
