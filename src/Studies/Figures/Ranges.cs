namespace Looped.Studies.Figures;

/// <summary>Ranges that an axis can show: accepted by its scale and wider than the rounding of their numbers.</summary>
internal static class Ranges
{
    private const double LeastRelativeWidth = 1e-9;
    private const double Negligible = 1e-290;

    /// <summary>What an axis without data shows.</summary>
    public static AxisRange Default(Scale scale) => scale is Log10Scale ? new AxisRange(1, 10) : new AxisRange(0, 1);

    /// <summary>Complains about a range that the scale cannot show.</summary>
    public static void Require(Scale scale, AxisRange range)
    {
        if (!scale.Accepts(range.Low) || !scale.Accepts(range.High))
        {
            throw new ArgumentException(
                $"The range {range.Low} .. {range.High} does not fit its scale: "
                + "ends must be at most 1e300 in size, and 1e-280 or more on a log scale.");
        }

        if (IsConstant(range.Low, range.High))
        {
            throw new ArgumentException(
                $"The range {range.Low} .. {range.High} is too narrow: "
                + "its width must be a 1e-9th of its larger end or more.");
        }
    }

    /// <summary>The range from low to high, or one around them where they are as good as equal.</summary>
    public static AxisRange Around(Scale scale, double low, double high)
    {
        if (!IsConstant(low, high))
        {
            return new AxisRange(low, high);
        }

        var centre = low + ((high - low) / 2);
        var (below, above) = scale switch
        {
            Log10Scale => (centre / 2, centre * 2),
            SymmetricLogScale => (scale.Inverse(scale.Forward(centre) - 1), scale.Inverse(scale.Forward(centre) + 1)),
            _ when Math.Abs(centre) <= Negligible => (-1, 1),
            _ => (centre - (Math.Abs(centre) / 2), centre + (Math.Abs(centre) / 2)),
        };
        return new AxisRange(scale.Nearest(below), scale.Nearest(above));
    }

    private static bool IsConstant(double low, double high) =>
        high - low <= LeastRelativeWidth * Math.Max(Math.Abs(low), Math.Abs(high)) || high - low <= Negligible;
}
