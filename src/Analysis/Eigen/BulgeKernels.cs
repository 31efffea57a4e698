using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// What <see cref="BulgeChasing{TLanes}"/> does to blocks of 32 rows and 32 columns, each read and written as the window
/// of whole cache lines that it lies in: a register that crossed two lines would cost two accesses. Vectors along its
/// rows are as long as the window and zero outside the block, whose neighbours so stay as they are.
/// </summary>
internal static unsafe class BulgeKernels<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Width = BandMatrix.Width;
    private const int Window = BandMatrix.Window;
    private const int Line = AlignedBuffer.Line;

    /// <summary><c>y = A' x</c>.</summary>
    /// <param name="a">The window.</param>
    /// <param name="stride">From row to row.</param>
    /// <param name="x">An element for each row.</param>
    /// <param name="inside">Along rows, 1 inside the block and 0 beside it.</param>
    /// <param name="y">Out, along rows.</param>
    public static void MultiplyTransposed(double* a, nint stride, double* x, double* inside, double* y)
    {
        // Five registers a line apart, two rows at a time.
        for (var k = 0; k < Line; k += TLanes.Count)
        {
            var zero = TLanes.Fill(0);
            var (e0, e1, e2, e3, e4) = (zero, zero, zero, zero, zero);
            var (o0, o1, o2, o3, o4) = (zero, zero, zero, zero, zero);
            var row = a + k;
            for (var i = 0; i < Width; i += 2, row += 2 * stride)
            {
                var (even, odd) = (TLanes.Fill(x[i]), TLanes.Fill(x[i + 1]));
                var next = row + stride;
                e0 = TLanes.MultiplyAdd(even, TLanes.Load(row), e0);
                e1 = TLanes.MultiplyAdd(even, TLanes.Load(row + Line), e1);
                e2 = TLanes.MultiplyAdd(even, TLanes.Load(row + 2 * Line), e2);
                e3 = TLanes.MultiplyAdd(even, TLanes.Load(row + 3 * Line), e3);
                e4 = TLanes.MultiplyAdd(even, TLanes.Load(row + 4 * Line), e4);
                o0 = TLanes.MultiplyAdd(odd, TLanes.Load(next), o0);
                o1 = TLanes.MultiplyAdd(odd, TLanes.Load(next + Line), o1);
                o2 = TLanes.MultiplyAdd(odd, TLanes.Load(next + 2 * Line), o2);
                o3 = TLanes.MultiplyAdd(odd, TLanes.Load(next + 3 * Line), o3);
                o4 = TLanes.MultiplyAdd(odd, TLanes.Load(next + 4 * Line), o4);
            }

            (TLanes.Load(inside + k) * (e0 + o0)).Store(y + k);
            (TLanes.Load(inside + k + Line) * (e1 + o1)).Store(y + k + Line);
            (TLanes.Load(inside + k + 2 * Line) * (e2 + o2)).Store(y + k + 2 * Line);
            (TLanes.Load(inside + k + 3 * Line) * (e3 + o3)).Store(y + k + 3 * Line);
            (TLanes.Load(inside + k + 4 * Line) * (e4 + o4)).Store(y + k + 4 * Line);
        }
    }

    /// <summary><c>y = a y + b x</c>, along rows.</summary>
    public static void Combine(double a, double* y, double b, double* x)
    {
        var (ya, xb) = (TLanes.Fill(a), TLanes.Fill(b));
        for (var k = 0; k < Window; k += TLanes.Count)
        {
            TLanes.MultiplyAdd(xb, TLanes.Load(x + k), ya * TLanes.Load(y + k)).Store(y + k);
        }
    }

    /// <summary><c>A -= u p' + v q'</c>: p and q along rows, u and v with an element for each row.</summary>
    public static void Update(double* a, nint stride, double* u, double* p, double* v, double* q)
    {
        for (var k = 0; k < Line; k += TLanes.Count)
        {
            var (p0, p1, p2, p3, p4) = (
                TLanes.Load(p + k), TLanes.Load(p + k + Line), TLanes.Load(p + k + 2 * Line),
                TLanes.Load(p + k + 3 * Line), TLanes.Load(p + k + 4 * Line));
            var (q0, q1, q2, q3, q4) = (
                TLanes.Load(q + k), TLanes.Load(q + k + Line), TLanes.Load(q + k + 2 * Line),
                TLanes.Load(q + k + 3 * Line), TLanes.Load(q + k + 4 * Line));
            var row = a + k;
            for (var i = 0; i < Width; i++, row += stride)
            {
                var (ui, vi) = (TLanes.Fill(-u[i]), TLanes.Fill(-v[i]));
                TLanes.MultiplyAdd(vi, q0, TLanes.MultiplyAdd(ui, p0, TLanes.Load(row))).Store(row);
                TLanes.MultiplyAdd(vi, q1, TLanes.MultiplyAdd(ui, p1, TLanes.Load(row + Line))).Store(row + Line);
                TLanes.MultiplyAdd(vi, q2, TLanes.MultiplyAdd(ui, p2, TLanes.Load(row + 2 * Line))).Store(row + 2 * Line);
                TLanes.MultiplyAdd(vi, q3, TLanes.MultiplyAdd(ui, p3, TLanes.Load(row + 3 * Line))).Store(row + 3 * Line);
                TLanes.MultiplyAdd(vi, q4, TLanes.MultiplyAdd(ui, p4, TLanes.Load(row + 4 * Line))).Store(row + 4 * Line);
            }
        }
    }
}
