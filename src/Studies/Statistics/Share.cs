namespace Looped.Studies.Statistics;

/// <summary>The share of seeds that show something.</summary>
public static class Share
{
    /// <summary>
    /// The share with Wilson's 95 % interval (1927), which stays an interval where all seeds agree. One seed gives none.
    /// </summary>
    /// <param name="outcomes">Whether each seed shows it.</param>
    public static Interval Of(IEnumerable<bool> outcomes)
    {
        bool[] list = [.. outcomes];
        if (list.Length == 0)
        {
            return Interval.None;
        }

        double n = list.Length;
        var share = list.Count(holds => holds) / n;
        if (list.Length == 1)
        {
            return new Interval(share, double.NaN, double.NaN, 1);
        }

        // The two-sided normal quantile.
        const double Z = 1.959963984540054;
        const double Z2 = Z * Z;
        var middle = (share + (Z2 / (2 * n))) / (1 + (Z2 / n));
        var reach = Z / (1 + (Z2 / n)) * Math.Sqrt((share * (1 - share) / n) + (Z2 / (4 * n * n)));
        return new Interval(share, Math.Max(0, middle - reach), Math.Min(1, middle + reach), list.Length);
    }
}
