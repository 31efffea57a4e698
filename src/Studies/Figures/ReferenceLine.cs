namespace Looped.Studies.Figures;

/// <summary>Which way a <see cref="ReferenceLine"/> runs.</summary>
public enum Orientation
{
    Horizontal,
    Vertical,
}

/// <summary>
/// A line across the whole panel at one value, such as a ceiling or the epoch of a switch. Its label stands at its end,
/// outside the data, and not in the legend.
/// </summary>
public sealed record ReferenceLine : Series
{
    private static readonly Rgb Grey = Rgb.Parse("#5A5A5A");

    private ReferenceLine(Orientation orientation, double value, string? label)
        : base(label) =>
        (Orientation, Value, Colour) = (orientation, value, Grey);

    public Orientation Orientation { get; }

    /// <summary>The y of a horizontal line, the x of a vertical one.</summary>
    public double Value { get; }

    /// <summary>How the line is broken; dashed by default.</summary>
    public LineStyle Style { get; init; } = LineStyle.Dashed;

    /// <summary>The line <c>y = value</c>, labelled to the right of the panel.</summary>
    public static ReferenceLine Horizontal(double value, string? label = null) =>
        new(Orientation.Horizontal, value, label);

    /// <summary>The line <c>x = value</c>, labelled above the panel.</summary>
    public static ReferenceLine Vertical(double value, string? label = null) => new(Orientation.Vertical, value, label);
}
