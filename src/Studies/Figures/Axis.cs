using System.Collections.Immutable;

namespace Looped.Studies.Figures;

/// <summary>The values that an axis, a row of colours or a grid of cells covers.</summary>
public readonly record struct AxisRange
{
    /// <summary>The range from <paramref name="low"/> to <paramref name="high"/>.</summary>
    /// <exception cref="ArgumentException">An end is not finite, or the low one is not below the high one.</exception>
    public AxisRange(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || !(low < high))
        {
            throw new ArgumentException(
                $"A range runs from a finite number to a larger one, not from {low} to {high}.");
        }

        (Low, High) = (low, high);
    }

    /// <summary>The lower end.</summary>
    public double Low { get; }

    /// <summary>The upper end.</summary>
    public double High { get; }
}

/// <summary>One axis of a <see cref="Panel"/>.</summary>
/// <param name="Label">What is shown along it; may be empty.</param>
/// <param name="Unit">Its unit, written in brackets behind the label; may be empty.</param>
public sealed record Axis(string Label = "", string Unit = "")
{
    /// <summary>How values are laid along the axis; linear by default.</summary>
    public Scale Scale { get; init; } = Scale.Linear;

    /// <summary>What the axis covers; by default what the data need. Series are clipped to it.</summary>
    public AxisRange? Range { get; init; }

    /// <summary>Whether only whole numbers have a meaning, so that no tick stands between them.</summary>
    public bool WholeNumbers { get; init; }

    /// <summary>Ticks in place of the automatic ones, such as the lengths that were measured; those outside the range
    /// are left out.</summary>
    public ImmutableArray<Tick>? Ticks { get; init; }

    /// <summary>The label with its unit.</summary>
    internal string Caption => Unit.Length == 0 ? Label : $"{Label} ({Unit})";
}
