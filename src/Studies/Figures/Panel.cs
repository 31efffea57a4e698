using System.Collections.Immutable;

namespace Looped.Studies.Figures;

/// <summary>Where a legend stands; never over the data.</summary>
public enum LegendPlacement
{
    /// <summary>In rows between the title and the data.</summary>
    Above,

    /// <summary>In a column to the right of the data.</summary>
    Right,

    /// <summary>Nowhere.</summary>
    None,
}

/// <summary>Two axes and what is drawn between them.</summary>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">What is drawn: areas under lines, lines under points, else the later over the earlier.</param>
public sealed record Panel(Axis X, Axis Y, ImmutableArray<Series> Series)
{
    /// <summary>A heading above the panel; may be empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>Where the labels of the series stand, unless the figure has a common legend.</summary>
    public LegendPlacement Legend { get; init; } = LegendPlacement.Above;
}
