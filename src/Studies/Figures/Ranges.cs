namespace Looped.Studies.Figures;

/// <summary>Ranges that an axis can show: accepted by its scale and wider than the rounding of their numbers.</summary>
internal static class Ranges
{
    private const double LeastRelativeWidth = 1e-9;
    private const double Negligible = 1e-280;

    /// <summary>What an axis without data shows.</summary>
    public static AxisRange Default(Scale scale) => scale is Log10Scale ? new AxisRange(1, 10) : new AxisRange(0, 1);

    /// <summary>Complains about a range that the scale cannot show.</summary>
    public static void Require(Scale scale, AxisRange range)
    {
        if (!scale.Accepts(range.Low) || !scale.Accepts(range.High))
        {
            throw new ArgumentException(
                $"The range {range.Low} .. {range.High} does not fit its scale: ends must be at most 1e300 in size, and positive on a log scale.");
        }

        if (IsConstant(range.Low, range.High))
        {
            throw new ArgumentException(
                $"The range {range.Low} .. {range.High} is too narrow: its width must be a 1e-9th of its larger end or more.");
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
        return scale switch
        {
            Log10Scale => new AxisRange(Math.Max(centre / 2, 1e-300), centre * 2),
            SymmetricLogScale s => Stretched(s, centre),
            _ when Math.Abs(centre) <= Negligible => new AxisRange(-1, 1),
            _ => new AxisRange(centre - (Math.Abs(centre) / 2), centre + (Math.Abs(centre) / 2)),
        };
    }

    private static AxisRange Stretched(SymmetricLogScale scale, double centre)
    {
        var position = scale.Forward(centre);
        return new AxisRange(scale.Inverse(position - 1), scale.Inverse(position + 1));
    }

    private static bool IsConstant(double low, double high) =>
        high - low <= LeastRelativeWidth * Math.Max(Math.Abs(low), Math.Abs(high)) || high - low <= Negligible;
}
