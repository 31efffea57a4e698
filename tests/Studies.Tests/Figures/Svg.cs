using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

/// <summary>Reads what tests need from a drawn figure.</summary>
internal sealed partial class Svg
{
    public static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    public Svg(Figure figure)
    {
        Text = SvgRenderer.Render(figure);
        Root = XDocument.Parse(Text).Root!;
    }

    public string Text { get; }

    public XElement Root { get; }

    /// <summary>All texts of the drawing, superscripts included.</summary>
    public IEnumerable<string> Texts => Elements("text").Select(t => t.Value);

    /// <summary>The data areas of the panels: left, top, width, height.</summary>
    public IReadOnlyList<(double Left, double Top, double Width, double Height)> Frames =>
    [
        .. Elements("clipPath").Select(c => c.Elements().Single()).Select(r =>
            (Number(r, "x") + 1, Number(r, "y") + 1, Number(r, "width") - 2, Number(r, "height") - 2)),
    ];

    /// <summary>The paths that a panel's series are drawn with.</summary>
    public IReadOnlyList<XElement> SeriesPaths =>
        [.. Elements("g").Where(g => g.Attribute("clip-path") is not null).Elements(Namespace + "path")];

    public static IReadOnlyList<(double X, double Y)> Vertices(XElement path) =>
    [
        .. Pair().Matches(path.Attribute("d")!.Value).Select(m => (
            double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture))),
    ];

    public static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    public IEnumerable<XElement> Elements(string name) => Root.Descendants(Namespace + name);

    [GeneratedRegex(@"(-?[\d.]+) (-?[\d.]+)")]
    private static partial Regex Pair();
}
