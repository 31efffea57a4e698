using Looped.Tensors;

namespace Looped.Studies.Statistics;

/// <summary>
/// Intervals over seeds by resampling the seeds. What two models measured under one seed is compared under that seed:
/// differences are formed first, and their mean is what is resampled. The draws depend on the number of seeds alone, so
/// the same measurements always give the same interval.
/// </summary>
public static class Bootstrap
{
    /// <summary>Resamples of an interval.</summary>
    public const int Resamples = 4000;

    /// <summary>Below so many seeds resamples hold too few distinct sets to tell a tail from.</summary>
    public const int LeastForResampling = 6;

    private const double DefaultLevel = 0.95;

    /// <summary>
    /// The mean over seeds with its bootstrap-t interval (Efron and Tibshirani 1993, chapter 12): quantiles of
    /// <c>(mean* - mean) / error*</c> over resamples, on the scale of the standard error. Where there are fewer than six
    /// seeds, Student's interval takes its place; where all seeds agree, it is a point.
    /// </summary>
    /// <param name="values">A number a seed; those that are not finite were not measured and do not count.</param>
    /// <param name="level">Coverage, between 0 and 1.</param>
    public static Interval Mean(IEnumerable<double> values, double level = DefaultLevel)
    {
        double[] sample = [.. values.Where(double.IsFinite)];
        if (sample.Length < 2)
        {
            return sample.Length == 0 ? Interval.None : new Interval(sample[0], double.NaN, double.NaN, 1);
        }

        var (mean, error) = MeanAndError(sample);
        if (error == 0)
        {
            return new Interval(mean, mean, mean, sample.Length);
        }

        if (sample.Length < LeastForResampling)
        {
            var reach = error * StudentT.Quantile(level, sample.Length - 1);
            return new Interval(mean, mean - reach, mean + reach, sample.Length);
        }

        var random = new Philox((ulong)sample.Length, "bootstrap");
        var drawn = new double[sample.Length];
        var pivots = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            double drawnMean, drawnError;
            do
            {
                // A resample of one value alone has no error to measure by.
                for (var j = 0; j < drawn.Length; j++)
                {
                    drawn[j] = sample[random.NextInt(sample.Length)];
                }

                (drawnMean, drawnError) = MeanAndError(drawn);
            }
            while (drawnError == 0);
            pivots[i] = (drawnMean - mean) / drawnError;
        }

        Array.Sort(pivots);
        return new Interval(
            mean,
            mean - (error * Quantile(pivots, (1 + level) / 2)),
            mean - (error * Quantile(pivots, (1 - level) / 2)),
            sample.Length);
    }

    /// <summary>The mean over seeds of the difference of two measurements under the same seed.</summary>
    /// <exception cref="ArgumentException">They are not equally many.</exception>
    public static Interval Difference(IReadOnlyList<double> left, IReadOnlyList<double> right, double level = DefaultLevel)
    {
        if (left.Count != right.Count)
        {
            throw new ArgumentException($"Pairs need equally many of both, not {left.Count} and {right.Count}.");
        }

        return Mean(left.Zip(right, (a, b) => a - b), level);
    }

    /// <summary>
    /// Any statistic of a list of seeds with its percentile interval. Resamples in which the statistic is not finite do not
    /// count.
    /// </summary>
    /// <param name="seeds">Number of seeds.</param>
    /// <param name="statistic">The statistic of these seeds (indices from 0, with repeats).</param>
    /// <param name="level">Coverage, between 0 and 1.</param>
    public static Interval Of(int seeds, Func<IReadOnlyList<int>, double> statistic, double level = DefaultLevel)
    {
        if (seeds == 0)
        {
            return Interval.None;
        }

        var value = statistic([.. Enumerable.Range(0, seeds)]);
        if (seeds == 1)
        {
            return new Interval(value, double.NaN, double.NaN, 1);
        }

        var random = new Philox((ulong)seeds, "bootstrap");
        var drawn = new int[seeds];
        var results = new List<double>(Resamples);
        for (var i = 0; i < Resamples; i++)
        {
            for (var j = 0; j < seeds; j++)
            {
                drawn[j] = random.NextInt(seeds);
            }

            if (statistic(drawn) is var result && double.IsFinite(result))
            {
                results.Add(result);
            }
        }

        if (results.Count == 0)
        {
            return new Interval(value, double.NaN, double.NaN, seeds);
        }

        results.Sort();
        return new Interval(
            value, Quantile(results, (1 - level) / 2), Quantile(results, (1 + level) / 2), seeds);
    }

    /// <summary>A quantile of sorted numbers, linear between neighbours.</summary>
    internal static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    private static (double Mean, double Error) MeanAndError(ReadOnlySpan<double> sample)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in sample)
        {
            sum += value;
        }

        var mean = sum / sample.Length;
        foreach (var value in sample)
        {
            squares += (value - mean) * (value - mean);
        }

        // Equal numbers may differ from their mean in the last place.
        var error = Math.Sqrt(squares / (sample.Length - 1) / sample.Length);
        return (mean, error <= 1e-14 * Math.Abs(mean) ? 0 : error);
    }
}
