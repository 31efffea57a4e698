using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// What <see cref="BulgeChasing{TLanes}"/> does to 32 x 32 blocks. Of a block on the diagonal only the lower triangle is
/// given; beyond the diagonal, up to a whole cache line, there are finite numbers that do not matter.
/// </summary>
internal sealed unsafe class BulgeKernels<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Width = BandMatrix.Width;
    private const int Line = AlignedBuffer.Line;

    // The lower triangle of a square as weights, half of its diagonal: M + M' is the symmetric matrix.
    private readonly AlignedBuffer _lower = new(Line * Line);

    /// <summary>Prepares the weights.</summary>
    public BulgeKernels()
    {
        for (var i = 0; i < Line; i++)
        {
            for (var k = 0; k <= i; k++)
            {
                _lower.Pointer[i * Line + k] = k < i ? 1 : 0.5;
            }
        }
    }

    /// <summary><c>y = A x</c> for a symmetric block.</summary>
    public void MultiplySymmetric(double* a, nint stride, double* x, double* y)
    {
        // Sums over rows, written one by one, are kept apart from those over columns, written a register at a time: to
        // read one soon after the other would have to wait.
        var dots = stackalloc double[Width];
        new Span<double>(dots, Width).Clear();
        new Span<double>(y, Width).Clear();
        for (var square = 0; square < Width; square += Line)
        {
            for (var i = square; i < square + Line; i += PanelKernels<TLanes>.RowGroup)
            {
                PanelKernels<TLanes>.MultiplyRows(a + i * stride, stride, square, x + i, x, y, dots + i);
            }

            for (var k = 0; k < Line; k += TLanes.Count)
            {
                var column = TLanes.Load(y + square + k);
                var weights = TLanes.Load(x + square + k);
                for (var i = 0; i < Line; i++)
                {
                    var row = TLanes.Load(_lower.Pointer + i * Line + k) * TLanes.Load(a + (square + i) * stride + square + k);
                    column = TLanes.MultiplyAdd(TLanes.Fill(x[square + i]), row, column);
                    dots[square + i] += (row * weights).Sum();
                }

                column.Store(y + square + k);
            }
        }

        Combine(1, y, 1, dots);
    }

    /// <summary><c>y = a y + b x</c>.</summary>
    public static void Combine(double a, double* y, double b, double* x)
    {
        var (ya, xb) = (TLanes.Fill(a), TLanes.Fill(b));
        for (var k = 0; k < Width; k += TLanes.Count)
        {
            TLanes.MultiplyAdd(xb, TLanes.Load(x + k), ya * TLanes.Load(y + k)).Store(y + k);
        }
    }

    /// <summary><c>A -= u p' + v q'</c>, whole or, of a block on the diagonal, up to the line that the diagonal is in.</summary>
    public static void Update(double* a, nint stride, double* u, double* p, double* v, double* q, bool lower)
    {
        for (var i = 0; i < Width; i += PanelKernels<TLanes>.RowGroup)
        {
            var end = lower ? AlignedBuffer.RoundUp(i + PanelKernels<TLanes>.RowGroup) : Width;
            var (u0, u1, u2, u3) = (TLanes.Fill(-u[i]), TLanes.Fill(-u[i + 1]), TLanes.Fill(-u[i + 2]), TLanes.Fill(-u[i + 3]));
            var (v0, v1, v2, v3) = (TLanes.Fill(-v[i]), TLanes.Fill(-v[i + 1]), TLanes.Fill(-v[i + 2]), TLanes.Fill(-v[i + 3]));
            var r0 = a + i * stride;
            var r1 = r0 + stride;
            var r2 = r1 + stride;
            var r3 = r2 + stride;
            for (var k = 0; k < end; k += TLanes.Count)
            {
                var (pk, qk) = (TLanes.Load(p + k), TLanes.Load(q + k));
                TLanes.MultiplyAdd(v0, qk, TLanes.MultiplyAdd(u0, pk, TLanes.Load(r0 + k))).Store(r0 + k);
                TLanes.MultiplyAdd(v1, qk, TLanes.MultiplyAdd(u1, pk, TLanes.Load(r1 + k))).Store(r1 + k);
                TLanes.MultiplyAdd(v2, qk, TLanes.MultiplyAdd(u2, pk, TLanes.Load(r2 + k))).Store(r2 + k);
                TLanes.MultiplyAdd(v3, qk, TLanes.MultiplyAdd(u3, pk, TLanes.Load(r3 + k))).Store(r3 + k);
            }
        }
    }
}
