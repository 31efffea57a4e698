using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>Elements of SVG and HTML as XML trees, so that escaping and nesting cannot go wrong.</summary>
internal static class Markup
{
    private static readonly XNamespace SvgNamespace = "http://www.w3.org/2000/svg";

    /// <summary>An SVG element; attributes that are null are left out, numbers have two decimals.</summary>
    public static XElement Svg(string name, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        var element = new XElement(SvgNamespace + name);
        foreach (var (attribute, value) in attributes)
        {
            if (value is not null)
            {
                var text = value is double number ? Number(number) : Clean(value.ToString()!);
                element.SetAttributeValue(attribute, text);
            }
        }

        return element;
    }

    /// <summary>A line of text with its baseline at y and its anchor (<c>start</c>, <c>middle</c> or <c>end</c>) at x,
    /// turned about that point by so many degrees.</summary>
    public static XElement Text(
        double x,
        double y,
        string text,
        double size,
        string anchor = "start",
        string colour = Theme.Ink,
        bool bold = false,
        string superscript = "",
        double rotation = 0)
    {
        var element = Svg(
            "text",
            ("x", x),
            ("y", y),
            ("font-size", size),
            ("text-anchor", anchor == "start" ? null : anchor),
            ("font-weight", bold ? "600" : null),
            ("fill", colour),
            ("transform", rotation == 0 ? null : $"rotate({Number(rotation)} {Number(x)} {Number(y)})"));
        element.Add(new XText(Clean(text)));
        if (superscript.Length > 0)
        {
            var raised = Svg("tspan", ("dy", -0.38 * size), ("font-size", Theme.Superscript * size));
            raised.Add(new XText(Clean(superscript)));
            element.Add(raised);
        }

        return element;
    }

    /// <summary>A number with at most two decimals, the same in every culture.</summary>
    public static string Number(double value) =>
        (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>The text with each character that XML cannot hold replaced by U+FFFD.</summary>
    public static string Clean(string text)
    {
        if (text.All(c => XmlConvert.IsXmlChar(c)))
        {
            return text;
        }

        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var valid = !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);
            clean.Append(valid ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }

    /// <summary>The tree as text: an element a line, line feeds on every system.</summary>
    public static string Serialise(XElement root)
    {
        var text = new StringBuilder();
        var settings = new XmlWriterSettings
        {
            OmitXmlDeclaration = true,
            Indent = true,
            IndentChars = " ",
            NewLineChars = "\n",
        };
        using (var writer = XmlWriter.Create(text, settings))
        {
            root.WriteTo(writer);
        }

        return text.Append('\n').ToString();
    }
}
