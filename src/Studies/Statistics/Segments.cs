namespace Looped.Studies.Statistics;

/// <summary>A stretch of a curve with the straight line that fits it best.</summary>
/// <param name="Start">Index of its first point.</param>
/// <param name="End">Index after its last point.</param>
/// <param name="First">Height of the line at the first point.</param>
/// <param name="Last">Height of the line at the last point.</param>
public readonly record struct Segment(int Start, int End, double First, double Last)
{
    /// <summary>What the line rises by from the first point to the last.</summary>
    public double Change => Last - First;
}

/// <summary>
/// Cuts a curve where straight lines fit it best: least squares over all ways to cut, by dynamic programming (Bellman and
/// Roth 1969). The number of lines is the smallest whose residual is small against the curve's range.
/// </summary>
public static class Segmentation
{
    /// <summary>The best cut with as few lines as the tolerance allows.</summary>
    /// <param name="curve">The curve at equal steps, all numbers finite.</param>
    /// <param name="tolerance">Root mean square of the residual, over the range of the curve, that is small enough.</param>
    /// <param name="most">Lines at most; with so many the residual may be larger.</param>
    /// <param name="shortest">Points of a line at least, 2 or more.</param>
    /// <exception cref="ArgumentException">The curve has fewer points than one line, or a number is not finite.</exception>
    public static IReadOnlyList<Segment> Of(
        ReadOnlySpan<double> curve, double tolerance = 0.02, int most = 8, int shortest = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shortest, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (curve.Length < shortest)
        {
            throw new ArgumentException($"A curve of {curve.Length} points is too short to be cut; {shortest} are needed.");
        }

        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in curve)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException("A curve that is cut must be finite throughout.");
            }

            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        var fits = new LineFits(curve);
        var allowed = curve.Length * Math.Pow(tolerance * (high - low), 2);
        var points = curve.Length;

        // cost[k][end]: least squared residual of the points before end in k + 1 lines; from[k][end]: where the last begins.
        var cost = new List<double[]>();
        var from = new List<int[]>();
        for (var k = 0; k < most; k++)
        {
            var (costs, starts) = (new double[points + 1], new int[points + 1]);
            Array.Fill(costs, double.PositiveInfinity);
            for (var end = (k + 1) * shortest; end <= points; end++)
            {
                var (first, last) = k == 0 ? (0, 0) : (k * shortest, end - shortest);
                for (var start = first; start <= last; start++)
                {
                    var sum = (k == 0 ? 0 : cost[k - 1][start]) + fits.Residual(start, end);
                    if (sum < costs[end])
                    {
                        (costs[end], starts[end]) = (sum, start);
                    }
                }
            }

            cost.Add(costs);
            from.Add(starts);
            if (costs[points] <= allowed || (k + 2) * shortest > points)
            {
                break;
            }
        }

        var segments = new Segment[cost.Count];
        for (var (k, end) = (cost.Count - 1, points); k >= 0; k--)
        {
            var start = from[k][end];
            segments[k] = fits.Line(start, end);
            end = start;
        }

        return segments;
    }

    /// <summary>Least-squares lines through any stretch of a curve, from running sums.</summary>
    private sealed class LineFits
    {
        // Sums over the points before an index: y, x y and y^2, with y taken from its mean so that squares keep their digits.
        private readonly double[] _y;
        private readonly double[] _xy;
        private readonly double[] _yy;
        private readonly double _mean;

        public LineFits(ReadOnlySpan<double> curve)
        {
            (_y, _xy, _yy) = (new double[curve.Length + 1], new double[curve.Length + 1], new double[curve.Length + 1]);
            foreach (var value in curve)
            {
                _mean += value / curve.Length;
            }

            for (var i = 0; i < curve.Length; i++)
            {
                var y = curve[i] - _mean;
                (_y[i + 1], _xy[i + 1], _yy[i + 1]) = (_y[i] + y, _xy[i] + (i * y), _yy[i] + (y * y));
            }
        }

        public double Residual(int start, int end)
        {
            var (mean, slope, spread) = Fit(start, end);
            var count = end - start;
            return Math.Max(0, _yy[end] - _yy[start] - (count * mean * mean) - (slope * slope * spread));
        }

        public Segment Line(int start, int end)
        {
            var (mean, slope, _) = Fit(start, end);
            var half = slope * (end - start - 1) / 2;
            return new Segment(start, end, _mean + mean - half, _mean + mean + half);
        }

        /// <summary>Mean height, slope, and the sum of squares of x from its mean.</summary>
        private (double Mean, double Slope, double Spread) Fit(int start, int end)
        {
            double count = end - start;
            var mean = (_y[end] - _y[start]) / count;
            var middle = start + ((count - 1) / 2);
            var spread = count * ((count * count) - 1) / 12;
            return (mean, (_xy[end] - _xy[start] - (middle * count * mean)) / spread, spread);
        }
    }
}
