using System.Runtime.CompilerServices;
using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Householder QR of a strip of 32 columns, <c>X = Q R</c> with <c>Q = H_0 .. H_31 = I - V T V'</c>, T upper triangular
/// (Schreiber and Van Loan, 1989). One pass over the strip a column: while a reflector is applied, the products of the
/// next column with all others are summed up, which the next reflector, its application and T are made of.
/// </summary>
internal static unsafe class StripQr<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Width = StripProduct<TLanes>.Width;

    // Below this sum of squares a column of a matrix of size 1 is zero to working accuracy, and its square not accurate.
    private const double Negligible = 1e-280;

    /// <summary>Factors a strip.</summary>
    /// <param name="x">In: the strip, rows contiguous. Out: V, its diagonal 1 and zero above.</param>
    /// <param name="rows">Rows, at least 32.</param>
    /// <param name="r">Out: R, 32 x 32.</param>
    /// <param name="t">Out: T, 32 x 32.</param>
    public static void Factor(double* x, int rows, double* r, double* t)
    {
        var sums = stackalloc double[Width];
        var row = stackalloc double[Width];
        var products = stackalloc double[Width];
        new Span<double>(row, Width).Clear();
        new Span<double>(t, Width * Width).Clear();
        Pass(x + Width, rows - 1, -1, 0, row, sums);
        for (var j = 0; j < Width; j++)
        {
            var pivot = x + j * Width;
            var (tau, scale, beta) = Reflector(pivot[j], sums[j]);
            for (var c = 0; c < j; c++)
            {
                products[c] = pivot[c] + scale * sums[c];
            }

            ExtendFactor(t, j, tau, products);
            row[j] = 0;
            for (var c = j + 1; c < Width; c++)
            {
                row[c] = tau * (pivot[c] + scale * sums[c]);
                pivot[c] -= row[c];
            }

            pivot[j] = beta;
            new Span<double>(pivot, Width).CopyTo(new Span<double>(r + j * Width, Width));
            new Span<double>(r + j * Width, j).Clear();
            new Span<double>(pivot + j, Width - j).Clear();
            if (j + 1 < Width)
            {
                // The next pivot row is not among the products of the next column: those are of what lies below.
                var next = pivot + Width;
                var weight = scale * next[j];
                for (var c = j + 1; c < Width; c++)
                {
                    next[c] -= weight * row[c];
                }

                next[j] = weight;
            }

            Pass(x + Math.Min(j + 2, Width) * Width, rows - Math.Min(j + 2, Width), j, scale, row, sums);

            // The products with column j were taken before it was scaled.
            sums[j] *= scale;
            pivot[j] = 1;
        }
    }

    /// <summary><c>(I - tau v v') (alpha, x) = (beta, 0)</c> with <c>v = (1, scale x)</c>, from |x|^2.</summary>
    private static (double Tau, double Scale, double Beta) Reflector(double alpha, double squares)
    {
        if (squares < Negligible)
        {
            return (0, 0, alpha);
        }

        var beta = -Math.CopySign(Math.Sqrt(alpha * alpha + squares), alpha);
        return ((beta - alpha) / beta, 1 / (alpha - beta), beta);
    }

    /// <summary>Column j of T: <c>(-tau T V'v_j, tau)</c>.</summary>
    private static void ExtendFactor(double* t, int j, double tau, double* products)
    {
        for (var i = 0; i < j; i++)
        {
            var sum = 0.0;
            for (var c = i; c < j; c++)
            {
                sum += t[i * Width + c] * products[c];
            }

            t[i * Width + j] = -tau * sum;
        }

        t[j * Width + j] = tau;
    }

    /// <summary>
    /// Takes <c>v w</c> from each row, v being the scaled element of column j, which v replaces; sums up the products of
    /// column j + 1 with all columns.
    /// </summary>
    private static void Pass(double* x, int rows, int j, double scale, double* w, double* sums)
    {
        var next = Math.Min(j + 1, Width - 1);
        var zero = TLanes.Fill(0);
        var (s0, s1, s2, s3) = (zero, zero, zero, zero);
        var (s4, s5, s6, s7) = (zero, zero, zero, zero);
        for (var row = 0; row < rows; row++, x += Width)
        {
            var v = j < 0 ? 0 : scale * x[j];
            var u = TLanes.Fill(Math.FusedMultiplyAdd(-v, w[next], x[next]));
            var minusV = TLanes.Fill(-v);
            Step(x, w, 0, minusV, u, ref s0);
            Step(x, w, 1, minusV, u, ref s1);
            Step(x, w, 2, minusV, u, ref s2);
            Step(x, w, 3, minusV, u, ref s3);
            if (TLanes.Count * 4 < Width)
            {
                Step(x, w, 4, minusV, u, ref s4);
                Step(x, w, 5, minusV, u, ref s5);
                Step(x, w, 6, minusV, u, ref s6);
                Step(x, w, 7, minusV, u, ref s7);
            }

            if (j >= 0)
            {
                x[j] = v;
            }
        }

        s0.Store(sums);
        s1.Store(sums + TLanes.Count);
        s2.Store(sums + 2 * TLanes.Count);
        s3.Store(sums + 3 * TLanes.Count);
        if (TLanes.Count * 4 < Width)
        {
            s4.Store(sums + 4 * TLanes.Count);
            s5.Store(sums + 5 * TLanes.Count);
            s6.Store(sums + 6 * TLanes.Count);
            s7.Store(sums + 7 * TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(double* x, double* w, int register, TLanes minusV, TLanes u, ref TLanes sum)
    {
        var offset = register * TLanes.Count;
        var updated = TLanes.MultiplyAdd(minusV, TLanes.Load(w + offset), TLanes.Load(x + offset));
        updated.Store(x + offset);
        sum = TLanes.MultiplyAdd(u, updated, sum);
    }
}
