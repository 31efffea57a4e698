namespace Looped.Studies.Statistics;

/// <summary>Student's t distribution with a whole number of degrees of freedom.</summary>
public static class StudentT
{
    /// <summary>
    /// P(|t| at most <paramref name="t"/>), by the finite trigonometric series for whole degrees of freedom (Abramowitz and
    /// Stegun, 26.7.3 and 26.7.4).
    /// </summary>
    /// <param name="t">Not negative.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double Central(double t, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(t);
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        var angle = Math.Atan(t / Math.Sqrt(freedom));
        var (sine, cosine) = Math.SinCos(angle);
        if (freedom == 1)
        {
            return 2 * angle / Math.PI;
        }

        var isOdd = freedom % 2 == 1;
        var (term, sum) = isOdd ? (cosine, cosine) : (1.0, 1.0);
        for (var k = isOdd ? 3 : 2; k < freedom; k += 2)
        {
            term *= cosine * cosine * (k - 1) / k;
            sum += term;
        }

        return isOdd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
    }

    /// <summary>The t that is not passed, on either side, with probability <paramref name="level"/>.</summary>
    /// <param name="level">Between 0 and 1.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double Quantile(double level, int freedom)
    {
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "must lie between 0 and 1");
        }

        var (low, high) = (0.0, 1.0);
        while (Central(high, freedom) < level)
        {
            high *= 2;
        }

        for (var middle = high / 2; middle > low && middle < high; middle = low + ((high - low) / 2))
        {
            (low, high) = Central(middle, freedom) < level ? (middle, high) : (low, middle);
        }

        return high;
    }
}
