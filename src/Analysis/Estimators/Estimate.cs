namespace Looped.Analysis.Estimators;

/// <summary>A number that was estimated from random probes, and how sure it is.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Its standard error, from the spread over probes.</param>
/// <param name="Bias">
/// About how far the method itself may be off, which no number of probes mends: of quadratures, the change from half the
/// steps to all. Zero where the estimate is unbiased.
/// </param>
/// <param name="Samples">Independent samples behind the standard error; at least 2.</param>
public readonly record struct Estimate(double Value, double StandardError, double Bias, int Samples)
{
    /// <summary>Half the width of the 95 % interval: Student's quantile times the standard error, and the bias.</summary>
    public double Margin => (StudentT.Quantile(0.975, Samples - 1) * StandardError) + Bias;

    /// <summary>The lower end of the 95 % interval.</summary>
    public double Low => Value - Margin;

    /// <summary>The upper end of the 95 % interval.</summary>
    public double High => Value + Margin;

    /// <summary>The mean of independent samples.</summary>
    /// <param name="samples">At least two.</param>
    /// <param name="bias">What the method may be off by.</param>
    /// <exception cref="ArgumentException">There are fewer than two samples: they have no spread.</exception>
    public static Estimate OfMean(ReadOnlySpan<double> samples, double bias = 0)
    {
        var mean = Mean(samples);
        return new Estimate(mean, ErrorOfMean(samples, mean), bias, samples.Length);
    }

    /// <summary>
    /// A smooth function of the means of several quantities, with its error by the delta method: that of the mean of the
    /// function's linear part.
    /// </summary>
    /// <param name="function">The function and its gradient at given means.</param>
    /// <param name="bias">What the method may be off by.</param>
    /// <param name="samples">For each quantity its samples, probe by probe.</param>
    /// <exception cref="ArgumentException">There are fewer than two samples.</exception>
    internal static Estimate OfMeans(
        Func<double[], (double Value, double[] Gradient)> function, double bias, params double[][] samples)
    {
        double[] means = [.. samples.Select(quantity => Mean(quantity))];
        var (value, gradient) = function(means);
        var linear = new double[samples[0].Length];
        for (var quantity = 0; quantity < samples.Length; quantity++)
        {
            for (var probe = 0; probe < linear.Length; probe++)
            {
                linear[probe] += gradient[quantity] * (samples[quantity][probe] - means[quantity]);
            }
        }

        return new Estimate(value, ErrorOfMean(linear, 0), bias, linear.Length);
    }

    private static double Mean(ReadOnlySpan<double> samples)
    {
        if (samples.Length < 2)
        {
            throw new ArgumentException($"a standard error needs at least 2 samples, not {samples.Length}");
        }

        var sum = 0.0;
        foreach (var sample in samples)
        {
            sum += sample;
        }

        return sum / samples.Length;
    }

    private static double ErrorOfMean(ReadOnlySpan<double> samples, double mean)
    {
        var squares = 0.0;
        foreach (var sample in samples)
        {
            squares += (sample - mean) * (sample - mean);
        }

        return Math.Sqrt(squares / (samples.Length - 1) / samples.Length);
    }
}
