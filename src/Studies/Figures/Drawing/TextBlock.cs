using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>A few lines of text, wrapped to a width.</summary>
internal sealed class TextBlock
{
    private readonly List<string> _lines;
    private readonly double _size;
    private readonly bool _bold;
    private readonly string _colour;

    public TextBlock(string text, double size, double width, bool bold = false, string colour = Theme.Ink)
    {
        (_size, _bold, _colour) = (size, bold, colour);
        _lines = TextMetrics.Wrap(text, size, width, bold);
        Width = _lines.Select(line => TextMetrics.Width(line, size, bold)).DefaultIfEmpty(0).Max();
    }

    /// <summary>Width of the longest line.</summary>
    public double Width { get; }

    /// <summary>Height of all lines; 0 for an empty text.</summary>
    public double Height => _lines.Count * LineHeight;

    private double LineHeight => Theme.LineHeight * _size;

    /// <summary>Adds the lines below <paramref name="top"/>.</summary>
    public void Draw(XElement parent, double x, double top, string anchor = "start")
    {
        for (var i = 0; i < _lines.Count; i++)
        {
            parent.Add(Markup.Text(x, Baseline(top, i), _lines[i], _size, anchor, _colour, _bold));
        }
    }

    /// <summary>Adds the lines turned to read upwards, centred on <paramref name="middle"/>, right of
    /// <paramref name="left"/>.</summary>
    public void DrawUpwards(XElement parent, double left, double middle)
    {
        for (var i = 0; i < _lines.Count; i++)
        {
            parent.Add(Markup.Text(
                Baseline(left, i), middle, _lines[i], _size, "middle", _colour, _bold, rotation: -90));
        }
    }

    private double Baseline(double top, int line) => top + (line * LineHeight) + _size;
}
