using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Takes eigenvectors of the tridiagonal matrix back to the original one, <c>x = Q z</c>, a block of reflectors at a
/// time in the compact form <c>H_(b-1) ... H_a = I - V' S V</c> with S lower triangular (Schreiber and Van Loan, <i>A
/// storage-efficient WY representation for products of Householder transformations</i>, 1989).
/// </summary>
internal static unsafe class BackTransformation
{
    private const int Block = 32;

    /// <summary>Elements of the scratch that <see cref="Apply"/> needs for rows of this stride.</summary>
    public static int ScratchLength(int stride) => 2 * Block * (stride + Block);

    /// <summary>Overwrites each of the n rows z of <paramref name="vectors"/> (row stride n) by Q z.</summary>
    /// <param name="reflectors">Row i holds v_i, followed by zeros, as <see cref="Tridiagonalization.Reduce"/> leaves them.</param>
    /// <param name="stride">Row stride of the reflectors.</param>
    /// <param name="tau">Factors of the reflectors.</param>
    /// <param name="n">Order.</param>
    /// <param name="vectors">The vectors, a row each.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="product">Workspace.</param>
    public static void Apply<TLanes>(
        double* reflectors, nint stride, double* tau, int n, double* vectors, double* scratch, DenseProduct product)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var gram = scratch;
        var factor = gram + Block * Block;
        var combined = factor + Block * Block;
        var projections = combined + Block * stride;
        for (var first = 1; first < n; first += Block)
        {
            var count = Math.Min(Block, n - first);

            // The last reflector of the block touches coordinates 0 .. first + count - 2.
            var size = first + count - 1;
            var v = new MatrixView(reflectors + first * stride, stride);
            product.Multiply<TLanes>(ProductMode.Overwrite, 1, v, v.Transposed, gram, Block, count, count, size);
            FormFactor(gram, tau + first, count, factor);

            // Z - (Z V') (S' V)
            var s = new MatrixView(factor, Block);
            product.Multiply<TLanes>(
                ProductMode.Overwrite, 1, s.Transposed, v, combined, stride, count, size, count);
            product.Multiply<TLanes>(
                ProductMode.Overwrite, 1, new MatrixView(vectors, n), v.Transposed, projections, Block, n, count, size);
            product.Multiply<TLanes>(
                ProductMode.Add, -1, new MatrixView(projections, Block), new MatrixView(combined, stride), vectors, n, n, size, count);
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
