using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Householder reduction of a symmetric matrix to tridiagonal form, <c>T = Q' A Q</c>, in blocks (Dongarra, Sorensen
/// and Hammarling, <i>Block reduction of matrices to condensed forms</i>, 1989): the reflectors of a block are applied to
/// the rest of the matrix at once, as a product of rank twice the block, so that each reflector reads the matrix once
/// (one matrix-vector product over the lower triangle) and does not write it.
/// </summary>
/// <remarks>
/// Rows are eliminated from the last to the first, so that all vectors are contiguous and start on a cache line.
/// Reflector i, <c>H_i = I - tau_i v_i v_i'</c>, acts on coordinates 0 .. i-1; <c>Q = H_(n-1) ... H_1</c>.
/// </remarks>
internal static unsafe class Tridiagonalization
{
    /// <summary>Reflectors in a block.</summary>
    public const int Block = 32;

    // Four rows share the loads and stores of the vectors that they are multiplied with or added to.
    private const int RowGroup = 4;

    // Below this sum of squares a row of a matrix of size 1 is zero to working accuracy, and its square not accurate.
    private const double Negligible = 1e-280;

    /// <summary>Elements of the scratch that <see cref="Reduce"/> needs for rows of this stride.</summary>
    public static int ScratchLength(int stride) => (4 * Block * stride) + (2 * Block);

    /// <summary>
    /// Reduces the n x n matrix with largest element about 1 at <paramref name="a"/> (both triangles given; rows and
    /// their number padded to a cache line, the padding finite).
    /// </summary>
    /// <param name="a">In: the matrix. Out: row i holds v_i, followed by zeros.</param>
    /// <param name="n">Order.</param>
    /// <param name="stride">Row stride, a multiple of a cache line.</param>
    /// <param name="diagonal">Out: the n diagonal elements of T.</param>
    /// <param name="offDiagonal">Out: the n - 1 elements beside it.</param>
    /// <param name="tau">Out: the n factors of the reflectors; tau_0 = 0.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements, finite.</param>
    /// <param name="product">Workspace.</param>
    public static void Reduce<TLanes>(
        double* a, int n, nint stride, double* diagonal, double* offDiagonal, double* tau, double* scratch, DenseProduct product)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Rows v_0, w_0, v_1, w_1, ... and w_0, v_0, w_1, v_1, ...: A becomes A - V W' - W V' = A - pairs' * swapped.
        var pairs = scratch;
        var swapped = pairs + 2 * Block * stride;
        var coefficients = swapped + 2 * Block * stride;
        for (var end = n; end > 0;)
        {
            var start = (end - 1) / Block * Block;
            new Span<double>(coefficients, 2 * Block).Clear();
            for (var i = end - 1; i >= start; i--)
            {
                var row = a + i * stride;
                var rank = 2 * (end - 1 - i);
                for (var r = 0; r < rank; r++)
                {
                    coefficients[r] = pairs[r * stride + i];
                }

                SubtractCombination<TLanes>(swapped, stride, rank, i + 1, coefficients, row);
                diagonal[i] = row[i];
                new Span<double>(row + i, (int)(stride - i)).Clear();
                if (i == 0)
                {
                    tau[0] = 0;
                    break;
                }

                tau[i] = MakeReflector<TLanes>(row, i, out offDiagonal[i - 1]);
                var w = swapped + rank * stride;
                MultiplySymmetric<TLanes>(a, stride, i, row, w);
                Project<TLanes>(pairs, stride, rank, i, row, coefficients);
                SubtractCombination<TLanes>(swapped, stride, rank, i, coefficients, w);
                CompleteUpdate<TLanes>(row, w, i, tau[i], (int)stride);
                new Span<double>(row, (int)stride).CopyTo(new Span<double>(pairs + rank * stride, (int)stride));
                new Span<double>(row, (int)stride).CopyTo(new Span<double>(swapped + (rank + 1) * stride, (int)stride));
                new Span<double>(w, (int)stride).CopyTo(new Span<double>(pairs + (rank + 1) * stride, (int)stride));
            }

            product.Multiply<TLanes>(
                ProductMode.AddLower,
                -1,
                new MatrixView(pairs, stride).Transposed,
                new MatrixView(swapped, stride),
                a,
                stride,
                start,
                start,
                2 * (end - start));
            end = start;
        }
    }

    /// <summary>
    /// Overwrites x of the given size by v with last element 1 and returns tau, such that
    /// <c>(I - tau v v') x = (0, .., 0, beta)</c>.
    /// </summary>
    private static double MakeReflector<TLanes>(double* x, int size, out double beta)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var last = x[size - 1];
        x[size - 1] = 0;
        var padded = AlignedBuffer.RoundUp(size);
        var squares = Dot<TLanes>(x, x, padded);
        if (squares < Negligible)
        {
            new Span<double>(x, size).Clear();
            x[size - 1] = 1;
            beta = last;
            return 0;
        }

        beta = -Math.CopySign(Math.Sqrt(last * last + squares), last);
        var scale = TLanes.Fill(1 / (last - beta));
        for (var k = 0; k < padded; k += TLanes.Count)
        {
            (scale * TLanes.Load(x + k)).Store(x + k);
        }

        x[size - 1] = 1;
        return (beta - last) / beta;
    }

    /// <summary><c>w := tau w - (tau^2 v'w / 2) v</c>, zero beyond the size: then <c>H A H = A - v w' - w v'</c> for w = A v.</summary>
    private static void CompleteUpdate<TLanes>(double* v, double* w, int size, double tau, int stride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        new Span<double>(w + size, stride - size).Clear();
        var padded = AlignedBuffer.RoundUp(size);
        var scale = TLanes.Fill(tau);
        var shift = TLanes.Fill(-0.5 * tau * tau * Dot<TLanes>(v, w, padded));
        for (var k = 0; k < padded; k += TLanes.Count)
        {
            TLanes.MultiplyAdd(shift, TLanes.Load(v + k), scale * TLanes.Load(w + k)).Store(w + k);
        }
    }

    private static double Dot<TLanes>(double* x, double* y, int padded)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (even, odd) = (TLanes.Fill(0), TLanes.Fill(0));
        var k = 0;
        for (; k + TLanes.Count < padded; k += 2 * TLanes.Count)
        {
            even = TLanes.MultiplyAdd(TLanes.Load(x + k), TLanes.Load(y + k), even);
            odd = TLanes.MultiplyAdd(TLanes.Load(x + k + TLanes.Count), TLanes.Load(y + k + TLanes.Count), odd);
        }

        if (k < padded)
        {
            even = TLanes.MultiplyAdd(TLanes.Load(x + k), TLanes.Load(y + k), even);
        }

        return (even + odd).Sum();
    }

    /// <summary>
    /// <c>y = A x</c> from the lower triangle of the leading block and the squares along its diagonal; x is zero from
    /// the size on. y is meaningless from there on.
    /// </summary>
    private static void MultiplySymmetric<TLanes>(double* a, nint stride, int size, double* x, double* y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var padded = AlignedBuffer.RoundUp(size);
        new Span<double>(y, padded).Clear();
        for (var square = 0; square < padded; square += AlignedBuffer.Line)
        {
            for (var i = square; i < square + AlignedBuffer.Line; i += RowGroup)
            {
                MultiplyRows<TLanes>(a + i * stride, stride, square, x + i, x, y, y + i);
            }

            for (var k = square; k < square + AlignedBuffer.Line; k += TLanes.Count)
            {
                var sum = TLanes.Load(y + k);
                for (var i = square; i < square + AlignedBuffer.Line; i++)
                {
                    sum = TLanes.MultiplyAdd(TLanes.Fill(x[i]), TLanes.Load(a + i * stride + k), sum);
                }

                sum.Store(y + k);
            }
        }
    }

    /// <summary>Four rows of length <paramref name="length"/> left of the diagonal, read once: as rows and, transposed, as columns.</summary>
    private static void MultiplyRows<TLanes>(
        double* rows, nint stride, int length, double* xRows, double* x, double* y, double* yRows)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (x0, x1, x2, x3) =
            (TLanes.Fill(xRows[0]), TLanes.Fill(xRows[1]), TLanes.Fill(xRows[2]), TLanes.Fill(xRows[3]));
        var zero = TLanes.Fill(0);
        var (s0, s1, s2, s3) = (zero, zero, zero, zero);
        var r0 = rows;
        var r1 = rows + stride;
        var r2 = rows + 2 * stride;
        var r3 = rows + 3 * stride;
        for (var k = 0; k < length; k += TLanes.Count)
        {
            var xk = TLanes.Load(x + k);
            var (a0, a1, a2, a3) = (TLanes.Load(r0 + k), TLanes.Load(r1 + k), TLanes.Load(r2 + k), TLanes.Load(r3 + k));
            s0 = TLanes.MultiplyAdd(a0, xk, s0);
            s1 = TLanes.MultiplyAdd(a1, xk, s1);
            s2 = TLanes.MultiplyAdd(a2, xk, s2);
            s3 = TLanes.MultiplyAdd(a3, xk, s3);
            var low = TLanes.MultiplyAdd(a1, x1, TLanes.MultiplyAdd(a0, x0, TLanes.Load(y + k)));
            (low + TLanes.MultiplyAdd(a3, x3, a2 * x2)).Store(y + k);
        }

        yRows[0] += s0.Sum();
        yRows[1] += s1.Sum();
        yRows[2] += s2.Sum();
        yRows[3] += s3.Sum();
    }

    /// <summary><c>c = P x</c> for the first rows of P (their number even; c has room for two more, left zero).</summary>
    private static void Project<TLanes>(double* p, nint stride, int rows, int size, double* x, double* c)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var padded = AlignedBuffer.RoundUp(size);
        var zero = TLanes.Fill(0);
        for (var r = 0; r < rows; r += RowGroup)
        {
            var (s0, s1, s2, s3) = (zero, zero, zero, zero);
            var p0 = p + r * stride;
            for (var k = 0; k < padded; k += TLanes.Count)
            {
                var xk = TLanes.Load(x + k);
                s0 = TLanes.MultiplyAdd(TLanes.Load(p0 + k), xk, s0);
                s1 = TLanes.MultiplyAdd(TLanes.Load(p0 + stride + k), xk, s1);
                s2 = TLanes.MultiplyAdd(TLanes.Load(p0 + 2 * stride + k), xk, s2);
                s3 = TLanes.MultiplyAdd(TLanes.Load(p0 + 3 * stride + k), xk, s3);
            }

            c[r] = s0.Sum();
            c[r + 1] = s1.Sum();
            var whole = r + 2 < rows;
            c[r + 2] = whole ? s2.Sum() : 0;
            c[r + 3] = whole ? s3.Sum() : 0;
        }
    }

    /// <summary><c>y -= P' c</c> over the first rows of P (their number even, c zero on the two after them).</summary>
    private static void SubtractCombination<TLanes>(double* p, nint stride, int rows, int size, double* c, double* y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var padded = AlignedBuffer.RoundUp(size);
        for (var r = 0; r < rows; r += RowGroup)
        {
            var p0 = p + r * stride;
            var (c0, c1, c2, c3) =
                (TLanes.Fill(-c[r]), TLanes.Fill(-c[r + 1]), TLanes.Fill(-c[r + 2]), TLanes.Fill(-c[r + 3]));
            for (var k = 0; k < padded; k += TLanes.Count)
            {
                var low = TLanes.MultiplyAdd(c0, TLanes.Load(p0 + k), TLanes.Load(y + k));
                low = TLanes.MultiplyAdd(c1, TLanes.Load(p0 + stride + k), low);
                var high = c2 * TLanes.Load(p0 + 2 * stride + k);
                (low + TLanes.MultiplyAdd(c3, TLanes.Load(p0 + 3 * stride + k), high)).Store(y + k);
            }
        }
    }
}
