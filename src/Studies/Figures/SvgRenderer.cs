using System.Globalization;
using System.Xml.Linq;
using Looped.Studies.Figures.Drawing;

namespace Looped.Studies.Figures;

/// <summary>Draws figures as SVG: the same figure, the same text, on every machine of one .NET version.</summary>
public static class SvgRenderer
{
    /// <summary>The figure as a complete SVG document, which may also stand inside an HTML page.</summary>
    /// <param name="figure">What to draw.</param>
    /// <param name="idPrefix">What the ids of its elements start with: letters, digits and hyphens, a letter first.
    /// Figures of one page need different ones.</param>
    /// <exception cref="ArgumentException">The figure has no panel, no column or no size, its panels share an axis but
    /// not its scale, a range does not fit its scale, or the prefix has other characters.</exception>
    public static string Render(Figure figure, string idPrefix = "figure") =>
        Markup.Serialise(RenderElement(figure, idPrefix));

    /// <summary>As <see cref="Render"/>, as a tree.</summary>
    internal static XElement RenderElement(Figure figure, string idPrefix)
    {
        Require(figure, idPrefix);
        var layout = new FigureLayout(figure);
        var (width, height) = (Math.Ceiling(layout.Width), Math.Ceiling(layout.Height));
        var svg = Markup.Svg(
            "svg",
            ("width", width),
            ("height", height),
            ("viewBox", $"0 0 {Markup.Number(width)} {Markup.Number(height)}"),
            ("font-family", Theme.FontFamily),
            ("role", "img"),
            ("aria-labelledby", $"{idPrefix}-title {idPrefix}-desc"));
        var description = figure.Description.Length > 0 ? figure.Description : Summary(figure);
        svg.Add(Described("title", $"{idPrefix}-title", figure.Title));
        svg.Add(Described("desc", $"{idPrefix}-desc", description));
        svg.Add(Markup.Svg("rect", ("width", width), ("height", height), ("fill", "#FFFFFF")));
        layout.Draw(svg, idPrefix);
        return svg;
    }

    private static XElement Described(string name, string id, string text)
    {
        var element = Markup.Svg(name, ("id", id));
        element.Add(new XText(Markup.Clean(text)));
        return element;
    }

    private static string Summary(Figure figure)
    {
        var panels = figure.Panels.Select(panel =>
        {
            var title = panel.Title.Length > 0 ? $"{panel.Title}: " : "";
            var labels = panel.Series.Select(s => s.Label).Where(l => !string.IsNullOrEmpty(l)).Distinct().ToList();
            var series = labels.Count > 0 ? $" ({string.Join(", ", labels)})" : "";
            return $"{title}{panel.Y.Caption} against {panel.X.Caption}{series}.";
        });
        var count = figure.Panels.Length.ToString(CultureInfo.InvariantCulture);
        return $"{count} {(figure.Panels.Length == 1 ? "panel" : "panels")}. {string.Join(' ', panels)}";
    }

    private static void Require(Figure figure, string idPrefix)
    {
        if (figure.Panels.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A figure needs at least one panel.");
        }

        if (figure.Columns < 1)
        {
            throw new ArgumentException($"A figure needs at least one column, not {figure.Columns}.");
        }

        if (!(figure.PanelWidth is >= 40 and <= 10_000) || !(figure.PanelHeight is >= 40 and <= 10_000))
        {
            throw new ArgumentException(
                $"A panel is 40 to 10000 pixels wide and high, not {figure.PanelWidth} x {figure.PanelHeight}.");
        }

        if (idPrefix.Length == 0 || !char.IsAsciiLetter(idPrefix[0])
            || !idPrefix.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new ArgumentException(
                $"The id prefix '{idPrefix}' must be letters, digits and hyphens, a letter first.", nameof(idPrefix));
        }
    }
}
