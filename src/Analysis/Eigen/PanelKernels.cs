using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// The matrix-vector products of the reduction to tridiagonal form. Vectors and rows are read up to a whole cache line,
/// where what lies beyond their length is zero in one factor and finite in the other.
/// </summary>
internal static unsafe class PanelKernels<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Rows that share the loads and stores of the vectors that they are multiplied with or added to.</summary>
    public const int RowGroup = 4;

    /// <summary>The dot product of two vectors of padded length.</summary>
    public static double Dot(double* x, double* y, int padded)
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
    /// The part of <c>y = A x</c> that rows <paramref name="first"/> .. <paramref name="end"/> - 1 of the lower triangle
    /// hold, whole squares along the diagonal included: y comes out up to <paramref name="end"/>.
    /// </summary>
    public static void MultiplySymmetric(double* a, nint stride, int first, int end, double* x, double* y)
    {
        new Span<double>(y, end).Clear();
        for (var square = first; square < end; square += AlignedBuffer.Line)
        {
            for (var i = square; i < square + AlignedBuffer.Line; i += RowGroup)
            {
                MultiplyRows(a + i * stride, stride, square, x + i, x, y, y + i);
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
    public static void MultiplyRows(
        double* rows, nint stride, int length, double* xRows, double* x, double* y, double* yRows)
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

    /// <summary>
    /// <c>c = P x</c> for rows <paramref name="first"/> .. <paramref name="rows"/> - 1 of P (both even, the first a
    /// multiple of <see cref="RowGroup"/>; c has room for two more, left zero).
    /// </summary>
    public static void Project(double* p, nint stride, int first, int rows, int size, double* x, double* c)
    {
        var padded = AlignedBuffer.RoundUp(size);
        var zero = TLanes.Fill(0);
        for (var r = first; r < rows; r += RowGroup)
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
    public static void SubtractCombination(double* p, nint stride, int rows, int size, double* c, double* y)
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
