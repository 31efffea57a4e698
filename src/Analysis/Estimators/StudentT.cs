namespace Looped.Analysis.Estimators;

/// <summary>Student's t distribution for whole degrees of freedom.</summary>
internal static class StudentT
{
    /// <summary>The quantile of a probability of (1/2, 1), by bisection.</summary>
    /// <param name="probability">Of lying below.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double Quantile(double probability, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(freedom);
        var (low, high) = (0.0, 1.0);
        while (Below(high, freedom) < probability)
        {
            high *= 2;
        }

        while (0.5 * (low + high) is var middle && middle > low && middle < high)
        {
            (low, high) = Below(middle, freedom) < probability ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>
    /// The probability of lying below t, for t not negative: a finite sum of powers of the cosine of
    /// <c>atan(t / sqrt(freedom))</c> (Abramowitz and Stegun 26.7.3 and 26.7.4).
    /// </summary>
    private static double Below(double t, int freedom)
    {
        var angle = Math.Atan(t / Math.Sqrt(freedom));
        var (sin, cos) = Math.SinCos(angle);
        var isOdd = freedom % 2 == 1;
        var (term, sum) = (isOdd ? cos : 1.0, 0.0);
        for (var k = isOdd ? 1 : 0; k <= freedom - 2; k += 2)
        {
            sum += term;
            term *= cos * cos * (k + 1) / (k + 2);
        }

        var within = isOdd ? 2 / Math.PI * (angle + (sin * sum)) : sin * sum;
        return 0.5 + (0.5 * within);
    }
}
