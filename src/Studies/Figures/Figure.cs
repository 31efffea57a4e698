using System.Collections.Immutable;

namespace Looped.Studies.Figures;

/// <summary>One or several panels in a grid, filled row by row, under a common title.</summary>
/// <param name="Title">The heading; may be empty.</param>
/// <param name="Panels">The panels, at least one.</param>
public sealed record Figure(string Title, ImmutableArray<Panel> Panels)
{
    /// <summary>A figure of one panel.</summary>
    public Figure(string title, Panel panel)
        : this(title, [panel])
    {
    }

    /// <summary>A line under the title: the settings, the number of seeds; may be empty.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>What a reader who cannot see the figure is told; by default a list of panels and series.</summary>
    public string Description { get; init; } = "";

    /// <summary>Panels in a row of the grid.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Whether all panels cover the same x range, with numbers under the lowest of each column only.</summary>
    public bool SharedX { get; init; }

    /// <summary>Whether all panels cover the same y range, with numbers beside the leftmost of each row only.</summary>
    public bool SharedY { get; init; }

    /// <summary>One legend for all panels in place of one in each; null for the latter.</summary>
    public LegendPlacement? CommonLegend { get; init; }

    /// <summary>Width of a panel's data area in pixels.</summary>
    public double PanelWidth { get; init; } = 560;

    /// <summary>Height of a panel's data area in pixels.</summary>
    public double PanelHeight { get; init; } = 300;
}
