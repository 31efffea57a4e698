using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Roots of <c>f(x) = 1/rho + sum_j w_j / (d_j - x)</c>, rho and w positive, d ascending: the eigenvalues of
/// <c>diag(d) + rho z z'</c> with <c>w_j = z_j^2</c>. Root i lies between d_i and d_(i+1), the last one above all. It is
/// sought as a distance from the nearer pole, so that its distances from all poles come out to working precision
/// relative to themselves; steps are those of rational interpolation (Li, <i>Solving secular equations stably and
/// efficiently</i>, 1993), held inside a bracket.
/// </summary>
internal static unsafe class SecularEquation
{
    // Three or four steps are the rule; halving alone, to the end of the range of the data, takes fewer than this.
    private const int IterationLimit = 200;
    private const int InterpolationLimit = 40;
    private const double Epsilon = 2.220446049250313e-16;

    // What the rounding of the sums may add to f, in units of the sum of magnitudes of its terms.
    private const double Tolerance = 8 * Epsilon;

    /// <summary>Root i, and its distances from the poles.</summary>
    /// <param name="i">Which root.</param>
    /// <param name="count">Number of poles.</param>
    /// <param name="poles">The d_j, ascending; padded to a cache line with infinity.</param>
    /// <param name="weights">The w_j; padded with zero.</param>
    /// <param name="rho">The strength.</param>
    /// <param name="gaps">Out: <c>d_j - root</c>, padded like the poles.</param>
    /// <exception cref="InvalidOperationException">The iteration did not converge.</exception>
    public static double Solve<TLanes>(int i, int count, double* poles, double* weights, double rho, double* gaps)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var padded = AlignedBuffer.RoundUp(count);
        if (count == 1)
        {
            MeasureGaps<TLanes>(poles, 0, padded, gaps);
            Shift<TLanes>(gaps, rho * weights[0], padded);
            return poles[0] + rho * weights[0];
        }

        // The pole on the left of the pair that is interpolated, its partner, and the one to measure from.
        var last = i == count - 1;
        var left = last ? i - 1 : i;
        var width = poles[left + 1] - poles[left];
        var origin = i;
        var (low, high) = (0.0, last ? TotalWeight(weights, count) * rho : width);
        MeasureGaps<TLanes>(poles, origin, padded, gaps);
        var middle = 0.5 * high;
        var sums = Evaluate<TLanes>(gaps, weights, padded, middle);
        var f = 1 / rho + sums.Value;
        if (f < 0)
        {
            low = middle;
        }
        else
        {
            high = middle;
        }

        if (f < 0 && !last)
        {
            origin = i + 1;
            MeasureGaps<TLanes>(poles, origin, padded, gaps);
            (low, high, middle) = (-middle, 0, -middle);
        }

        // First guess: the two nearest poles move, the rest of f stays as it is at the middle.
        var rest = f - weights[left] / (gaps[left] - middle) - weights[left + 1] / (gaps[left + 1] - middle);
        var leftDistance = gaps[left];
        var rightDistance = gaps[left + 1];
        var tau = QuadraticRoot(
            rest * (leftDistance + rightDistance) + weights[left] + weights[left + 1],
            rest * leftDistance * rightDistance + weights[left] * rightDistance + weights[left + 1] * leftDistance,
            rest,
            last);
        tau = Improve<TLanes>(
            new Interval(low, high), Inside(tau, low, high), gaps, weights, padded, 1 / rho, left, origin, last);
        Shift<TLanes>(gaps, tau, padded);
        return poles[origin] + tau;
    }

    /// <summary>Iterates from a first guess inside the bracket to the root's distance from the origin.</summary>
    private static double Improve<TLanes>(
        Interval bracket, double tau, double* gaps, double* weights, int padded, double inverseRho, int left, int origin, bool last)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (low, high) = (bracket.Low, bracket.High);
        var holdsWeights = true;
        var previous = double.PositiveInfinity;
        for (var iteration = 0; iteration < IterationLimit; iteration++)
        {
            var sums = Evaluate<TLanes>(gaps, weights, padded, tau);
            var f = inverseRho + sums.Value;
            var magnitude = inverseRho + sums.Above - sums.Below;
            if (Math.Abs(f) <= Tolerance * magnitude + Epsilon * Math.Abs(tau) * sums.Slope)
            {
                return tau;
            }

            (low, high) = f < 0 ? (tau, high) : (low, tau);
            if (Math.Abs(f) > 0.1 * Math.Abs(previous))
            {
                holdsWeights = !holdsWeights;
            }

            previous = f;
            var next = iteration < InterpolationLimit
                ? tau + Step(f, sums, gaps[left] - tau, gaps[left + 1] - tau, weights, left, origin, last, holdsWeights)
                : double.NaN;
            next = Inside(next, low, high);
            if (next == tau || next == low || next == high)
            {
                return tau;
            }

            tau = next;
        }

        throw new InvalidOperationException(
            $"The secular equation of divide and conquer did not converge in {IterationLimit} iterations.");
    }

    /// <summary>
    /// The step to the zero of <c>c + s / (d_left - x) + t / (d_right - x)</c>, which has the value and the slope of f
    /// here. The third condition: the weight at the origin's pole is its own (it dominates there), or each side's sum
    /// keeps its own slope; the caller changes over when one is slow.
    /// </summary>
    private static double Step(
        double f, Sums sums, double leftGap, double rightGap, double* weights, int left, int origin, bool last, bool holdsWeight)
    {
        var slope = sums.Slope;
        double constant;
        if (!holdsWeight && !last)
        {
            constant = f - leftGap * sums.BelowSlope - rightGap * sums.AboveSlope;
        }
        else if (origin == left)
        {
            constant = f - rightGap * slope - (leftGap - rightGap) * weights[left] / (leftGap * leftGap);
        }
        else
        {
            constant = f - leftGap * slope - (rightGap - leftGap) * weights[left + 1] / (rightGap * rightGap);
        }

        var product = leftGap * rightGap;
        return QuadraticRoot((leftGap + rightGap) * f - product * slope, product * f, constant, last);
    }

    /// <summary>
    /// A root of <c>c x^2 - a x + b</c> without cancellation: the one between the poles, or the one beyond both.
    /// </summary>
    private static double QuadraticRoot(double a, double b, double c, bool beyond)
    {
        var root = Math.Sqrt(Math.Max(0, a * a - 4 * b * c));
        if (beyond)
        {
            return a >= 0 ? (a + root) / (2 * c) : 2 * b / (a - root);
        }

        return a <= 0 ? (a - root) / (2 * c) : 2 * b / (a + root);
    }

    /// <summary>The point if it lies strictly inside, the middle if not (or if it is not a number).</summary>
    private static double Inside(double point, double low, double high) =>
        point > low && point < high ? point : low + 0.5 * (high - low);

    private static double TotalWeight(double* weights, int count)
    {
        var total = 0.0;
        for (var j = 0; j < count; j++)
        {
            total += weights[j];
        }

        return total;
    }

    private static void MeasureGaps<TLanes>(double* poles, int origin, int padded, double* gaps)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var from = TLanes.Fill(poles[origin]);
        for (var j = 0; j < padded; j += TLanes.Count)
        {
            (TLanes.Load(poles + j) - from).Store(gaps + j);
        }
    }

    private static void Shift<TLanes>(double* gaps, double tau, int padded)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var by = TLanes.Fill(tau);
        for (var j = 0; j < padded; j += TLanes.Count)
        {
            (TLanes.Load(gaps + j) - by).Store(gaps + j);
        }
    }

    /// <summary>The sums over the poles below (negative terms) and above (positive terms) a point, and their slopes.</summary>
    private static Sums Evaluate<TLanes>(double* gaps, double* weights, int padded, double tau)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (zero, one, at) = (TLanes.Fill(0), TLanes.Fill(1), TLanes.Fill(tau));
        var (below, above, belowSlope, aboveSlope) = (zero, zero, zero, zero);
        for (var j = 0; j < padded; j += TLanes.Count)
        {
            var inverse = one / (TLanes.Load(gaps + j) - at);
            var term = TLanes.Load(weights + j) * inverse;
            var (negative, positive) = (TLanes.Min(term, zero), TLanes.Max(term, zero));
            below += negative;
            above += positive;
            belowSlope = TLanes.MultiplyAdd(negative, inverse, belowSlope);
            aboveSlope = TLanes.MultiplyAdd(positive, inverse, aboveSlope);
        }

        return new Sums(below.Sum(), above.Sum(), belowSlope.Sum(), aboveSlope.Sum());
    }

    private readonly record struct Interval(double Low, double High);

    private readonly record struct Sums(double Below, double Above, double BelowSlope, double AboveSlope)
    {
        public double Value => Below + Above;

        public double Slope => BelowSlope + AboveSlope;
    }
}
