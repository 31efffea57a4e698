using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// How many eigenvalues of a symmetric tridiagonal matrix lie below a shift x, for many shifts at once: as often as the
/// leading principal minors of T - x change sign (Givens; Barth, Martin and Wilkinson, <i>Calculation of the eigenvalues
/// of a symmetric tridiagonal matrix by the method of bisection</i>, 1967).
/// </summary>
/// <remarks>
/// The minors obey <c>p_i = (d_i - x) p_(i-1) - e_(i-1)^2 p_(i-2)</c>, two multiplications a row where the usual ratios
/// of minors take a division; each rounding is a relative change of d_i - x or of e_(i-1)^2, so the count is exact for a
/// matrix as near as rounding. Only the size of the minors needs care: a power of two brings it back every few rows. Of
/// a matrix with elements below 2 and squares beside the diagonal of at least <see cref="SmallestSquare"/>, no product of
/// that many rows leaves the range of a double.
/// </remarks>
internal static unsafe class SturmCounts<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>A square below this is raised to it: far below rounding, far above the smallest double.</summary>
    public const double SmallestSquare = 1e-40;

    // Registers of shifts that advance together: one row's latency hides behind the others.
    private const int Registers = 4;

    // Rows between two changes of scale.
    private const int Stretch = 6;

    /// <summary>Shifts that are counted at once.</summary>
    public static int Group => Registers * TLanes.Count;

    /// <summary>Counts for a whole group of shifts.</summary>
    /// <param name="pairs">Row by row d_i and <c>-e_(i-1)^2</c>, the first square 0.</param>
    /// <param name="n">Rows.</param>
    /// <param name="shifts">The shifts.</param>
    /// <param name="counts">Out: eigenvalues below each.</param>
    public static void Count(double* pairs, int n, double* shifts, long* counts)
    {
        var (x0, x1, x2, x3) = (
            TLanes.Load(shifts),
            TLanes.Load(shifts + TLanes.Count),
            TLanes.Load(shifts + 2 * TLanes.Count),
            TLanes.Load(shifts + 3 * TLanes.Count));
        var (zero, one) = (TLanes.Fill(0), TLanes.Fill(1));
        var (p0, p1, p2, p3) = (one, one, one, one);
        var (q0, q1, q2, q3) = (zero, zero, zero, zero);
        var (c0, c1, c2, c3) = (zero, zero, zero, zero);
        for (var row = 0; row < n;)
        {
            var end = Math.Min(row + Stretch, n);
            for (; row < end; row++, pairs += 2)
            {
                var (d, e) = (TLanes.Fill(pairs[0]), TLanes.Fill(pairs[1]));
                var (n0, n1, n2, n3) = (
                    TLanes.MultiplyAdd(d - x0, p0, e * q0),
                    TLanes.MultiplyAdd(d - x1, p1, e * q1),
                    TLanes.MultiplyAdd(d - x2, p2, e * q2),
                    TLanes.MultiplyAdd(d - x3, p3, e * q3));
                c0 = TLanes.CountSignChanges(c0, n0, p0);
                c1 = TLanes.CountSignChanges(c1, n1, p1);
                c2 = TLanes.CountSignChanges(c2, n2, p2);
                c3 = TLanes.CountSignChanges(c3, n3, p3);
                (q0, q1, q2, q3) = (p0, p1, p2, p3);
                (p0, p1, p2, p3) = (n0, n1, n2, n3);
            }

            var (s0, s1, s2, s3) = (
                TLanes.Normalizer(p0, q0), TLanes.Normalizer(p1, q1), TLanes.Normalizer(p2, q2), TLanes.Normalizer(p3, q3));
            (p0, p1, p2, p3) = (s0 * p0, s1 * p1, s2 * p2, s3 * p3);
            (q0, q1, q2, q3) = (s0 * q0, s1 * q1, s2 * q2, s3 * q3);
        }

        c0.Store((double*)counts);
        c1.Store((double*)counts + TLanes.Count);
        c2.Store((double*)counts + 2 * TLanes.Count);
        c3.Store((double*)counts + 3 * TLanes.Count);
    }
}
