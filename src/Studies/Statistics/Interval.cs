using System.Globalization;

namespace Looped.Studies.Statistics;

/// <summary>An estimate over seeds with its two-sided interval.</summary>
/// <param name="Value">The estimate; NaN where nothing was measured.</param>
/// <param name="Low">Lower end; NaN where there are fewer than two seeds.</param>
/// <param name="High">Upper end; NaN where there are fewer than two seeds.</param>
/// <param name="Count">The seeds that were measured.</param>
public readonly record struct Interval(double Value, double Low, double High, int Count)
{
    /// <summary>An estimate of nothing.</summary>
    public static Interval None { get; } = new(double.NaN, double.NaN, double.NaN, 0);

    /// <summary>Whether there are two ends.</summary>
    public bool HasEnds => !double.IsNaN(Low) && !double.IsNaN(High);

    /// <summary>The estimate with its ends in brackets, to three decimals.</summary>
    public override string ToString() => HasEnds
        ? string.Create(CultureInfo.InvariantCulture, $"{Value:0.000} [{Low:0.000}, {High:0.000}]")
        : Value.ToString("0.000", CultureInfo.InvariantCulture);
}
