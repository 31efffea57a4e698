using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>The bar right of a heat map that tells which colour means which value.</summary>
internal sealed class ColourBar
{
    private const double BarWidth = 14;
    private const double Gap = 12;
    private const double LabelGap = 4;

    private readonly HeatMap _map;
    private readonly AxisModel _axis;
    private readonly TextBlock _label;
    private readonly double _height;

    public ColourBar(HeatMap map, double height)
    {
        (_map, _height) = (map, height);
        _axis = AxisModel.Of(
            new Axis { Scale = map.ColourScale }, map.EffectiveLimits(), height, horizontal: false);
        _label = new TextBlock(map.BarLabel, Theme.CaptionSize, height);
    }

    /// <summary>Pixels needed, with the gap to the left.</summary>
    public double Width => Gap + BarWidth + Theme.TickLength + LabelGap + _axis.WidestLabel + LabelGap + _label.Height;

    public void Draw(XElement parent, double left, double top)
    {
        var bar = left + Gap;
        byte[] levels = [.. Enumerable.Range(0, ColourMap.Levels).Reverse().Select(i => (byte)i)];
        parent.Add(Markup.Svg(
            "image",
            ("x", bar),
            ("y", top),
            ("width", BarWidth),
            ("height", _height),
            ("preserveAspectRatio", "none"),
            ("href", Png.DataUri(Png.Encode(1, levels.Length, levels, _map.Map.Steps)))));
        parent.Add(Markup.Svg(
            "rect",
            ("x", bar),
            ("y", top),
            ("width", BarWidth),
            ("height", _height),
            ("fill", "none"),
            ("stroke", Theme.AxisColour),
            ("stroke-width", 0.8)));

        var edge = bar + BarWidth;
        foreach (var (tick, labelled) in _axis.Ticks)
        {
            var y = top + (_height * (1 - _axis.Share(tick.Value)));
            parent.Add(AxisDrawing.TickMark(edge, y, Theme.TickLength, 0));
            if (labelled)
            {
                parent.Add(AxisDrawing.Label(
                    tick, edge + Theme.TickLength + LabelGap, y + (Theme.HalfDigit * Theme.TickSize), "start"));
            }
        }

        var labelLeft = edge + Theme.TickLength + LabelGap + _axis.WidestLabel + LabelGap;
        _label.DrawUpwards(parent, labelLeft, top + (_height / 2));
    }
}
