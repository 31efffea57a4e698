using System.Collections.Immutable;

namespace Looped.Studies.Figures.Drawing;

/// <summary>Finds what the axes of a figure's panels cover, each for itself or all together.</summary>
internal static class AxisPairs
{
    /// <summary>The axes of every panel, and whether the panel has data to show.</summary>
    /// <exception cref="ArgumentException">Panels share an axis but not its scale, a heat map stands on an axis that is
    /// not linear, or a given range does not fit its scale.</exception>
    public static ImmutableArray<(AxisModel X, AxisModel Y, bool HasData)> Of(Figure figure)
    {
        var first = figure.Panels[0];
        RequireOneScale(figure.SharedX, "x", figure.Panels.Select(p => p.X.Scale));
        RequireOneScale(figure.SharedY, "y", figure.Panels.Select(p => p.Y.Scale));
        var x = figure.Panels.Select(p => new Bounds(figure.SharedX ? first.X.Scale : p.X.Scale)).ToArray();
        var y = figure.Panels.Select(p => new Bounds(figure.SharedY ? first.Y.Scale : p.Y.Scale)).ToArray();
        if (figure.SharedX)
        {
            Array.Fill(x, x[0]);
        }

        if (figure.SharedY)
        {
            Array.Fill(y, y[0]);
        }

        var hasData = figure.Panels.Select((panel, i) => AddAll(panel, x[i], y[i])).ToArray();
        var sharedX = figure.SharedX ? figure.Panels.Select(p => p.X.Range).FirstOrDefault(r => r is not null) : null;
        var sharedY = figure.SharedY ? figure.Panels.Select(p => p.Y.Range).FirstOrDefault(r => r is not null) : null;
        return
        [
            .. figure.Panels.Select((panel, i) => (
                Model(panel.X, sharedX, x[i], figure.PanelWidth, horizontal: true),
                Model(panel.Y, sharedY, y[i], figure.PanelHeight, horizontal: false),
                hasData[i])),
        ];
    }

    private static AxisModel Model(Axis axis, AxisRange? shared, Bounds bounds, double pixels, bool horizontal)
    {
        var given = shared ?? axis.Range;
        if (given is { } range)
        {
            Ranges.Require(axis.Scale, range);
        }

        return given is null && bounds.IsEmpty
            ? new AxisModel(axis, bounds.Range(), [])
            : AxisModel.Of(axis, given ?? bounds.Range(), pixels, horizontal);
    }

    // Every series counts, also after the first with data.
    private static bool AddAll(Panel panel, Bounds x, Bounds y)
    {
        var linear = panel.X.Scale is LinearScale && panel.Y.Scale is LinearScale;
        if (!linear && panel.Series.Any(s => s is HeatMap))
        {
            throw new ArgumentException("A heat map needs linear axes; its colours may have any scale.");
        }

        return panel.Series.Count(s => Extents.Add(s, panel.X.Scale, panel.Y.Scale, x, y)) > 0;
    }

    private static void RequireOneScale(bool shared, string name, IEnumerable<Scale> scales)
    {
        if (shared && scales.Distinct().Count() > 1)
        {
            throw new ArgumentException($"Panels that share their {name} axis must have one scale for it.");
        }
    }
}
