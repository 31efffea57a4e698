using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Takes eigenvectors of the tridiagonal matrix back to the original one, <c>x = Q z</c>, a block of reflectors at a
/// time in the compact form <c>H_(b-1) ... H_a = I - V' S V</c> with S lower triangular (Schreiber and Van Loan, <i>A
/// storage-efficient WY representation for products of Householder transformations</i>, 1989).
/// </summary>
internal static unsafe class BackTransformation
{
    // Deeper than the blocks of the reduction: the products are faster for it.
    private const int Block = 64;

    /// <summary>Elements of the scratch that <see cref="Apply"/> needs for rows of this stride.</summary>
    public static int ScratchLength(int stride) => 2 * Block * (stride + Block);

    /// <summary>Overwrites each of the rows z of <paramref name="vectors"/> (row stride n) by Q z.</summary>
    /// <param name="reflectors">Row i holds v_i, followed by zeros, as the reduction leaves them.</param>
    /// <param name="stride">Row stride of the reflectors.</param>
    /// <param name="tau">Factors of the reflectors.</param>
    /// <param name="n">Order.</param>
    /// <param name="vectors">The vectors, a row each.</param>
    /// <param name="count">How many there are, at most n.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="product">Workspace.</param>
    public static void Apply(
        double* reflectors, nint stride, double* tau, int n, double* vectors, int count, double* scratch, DenseProduct product)
    {
        var gram = scratch;
        var factor = gram + Block * Block;
        var combined = factor + Block * Block;
        var projections = combined + Block * stride;
        for (var first = 1; first < n; first += Block)
        {
            var rank = Math.Min(Block, n - first);

            // The last reflector of the block touches coordinates 0 .. first + rank - 2.
            var size = first + rank - 1;
            var v = new MatrixView(reflectors + first * stride, stride);
            product.Multiply(v, v.Transposed, gram, Block, rank, rank, size);
            FormFactor(gram, tau + first, rank, factor);

            // Z - (Z V') (S' V)
            var s = new MatrixView(factor, Block);
            product.Multiply(s.Transposed, v, combined, stride, rank, size, rank);
            product.Multiply(new MatrixView(vectors, n), v.Transposed, projections, Block, count, rank, size);
            product.Multiply(
                ProductMode.Add, -1, new MatrixView(projections, Block), new MatrixView(combined, stride), vectors, n, count, size, rank);
        }
    }

    /// <summary>
    /// S of <c>I - V' S V</c>, row by row: one more reflector from the left adds the row
    /// <c>(-tau g' S, tau)</c>, g being its products with the earlier ones.
    /// </summary>
    private static void FormFactor(double* gram, double* tau, int count, double* factor)
    {
        for (var i = 0; i < count; i++)
        {
            var row = factor + i * Block;
            new Span<double>(row, Block).Clear();
            for (var l = 0; l < i; l++)
            {
                var weight = -tau[i] * gram[i * Block + l];
                for (var j = 0; j <= l; j++)
                {
                    row[j] += weight * factor[l * Block + j];
                }
            }

            row[i] = tau[i];
        }
    }
}
