using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>Draws grids, axis lines, ticks and their labels.</summary>
internal static class AxisDrawing
{
    /// <summary>Distance from the axis to the labels of its ticks.</summary>
    public const double LabelDistance = Theme.TickLength + 4;

    /// <summary>The grid behind the data: a line a tick, fainter ones between them on log axes.</summary>
    public static void DrawGrid(XElement parent, Frame frame)
    {
        var minor = Lines(frame, Minor(frame.XAxis), Minor(frame.YAxis));
        var major = Lines(frame, Major(frame.XAxis), Major(frame.YAxis));
        foreach (var (data, colour) in new[] { (minor, Theme.MinorGridColour), (major, Theme.GridColour) })
        {
            if (data.Length > 0)
            {
                parent.Add(Markup.Svg(
                    "path", ("d", data), ("fill", "none"), ("stroke", colour), ("stroke-width", 1.0)));
            }
        }
    }

    /// <summary>The lines of both axes, their ticks, and labels where asked for.</summary>
    public static void DrawAxes(XElement parent, Frame frame, bool xNumbers, bool yNumbers, bool closed)
    {
        var line = $"M{Point(frame.Left, frame.Top)}V{Markup.Number(frame.Bottom)}H{Markup.Number(frame.Right)}";
        line += closed ? $"V{Markup.Number(frame.Top)}Z" : "";
        parent.Add(Markup.Svg(
            "path", ("d", line), ("fill", "none"), ("stroke", Theme.AxisColour), ("stroke-width", 1.0)));

        foreach (var (tick, labelled) in frame.XAxis.Ticks)
        {
            var x = frame.X(tick.Value);
            parent.Add(TickMark(x, frame.Bottom, 0, Theme.TickLength));
            if (labelled && xNumbers)
            {
                parent.Add(Label(tick, x, frame.Bottom + LabelDistance + (0.85 * Theme.TickSize), "middle"));
            }
        }

        foreach (var (tick, labelled) in frame.YAxis.Ticks)
        {
            var y = frame.Y(tick.Value);
            parent.Add(TickMark(frame.Left, y, -Theme.TickLength, 0));
            if (labelled && yNumbers)
            {
                parent.Add(Label(
                    tick, frame.Left - LabelDistance, y + (Theme.HalfDigit * Theme.TickSize), "end"));
            }
        }
    }

    /// <summary>A short line from a point of an axis.</summary>
    public static XElement TickMark(double x, double y, double dx, double dy) => Markup.Svg(
        "path",
        ("d", $"M{Point(x, y)}l{Point(dx, dy)}"),
        ("stroke", Theme.AxisColour),
        ("stroke-width", 1.0));

    /// <summary>The label of a tick.</summary>
    public static XElement Label(Tick tick, double x, double baseline, string anchor) => Markup.Text(
        x, baseline, tick.Text, Theme.TickSize, anchor, Theme.AxisColour, superscript: tick.Superscript);

    private static IEnumerable<double> Major(AxisModel axis) => axis.Ticks.Select(t => t.Tick.Value);

    private static IEnumerable<double> Minor(AxisModel axis) =>
        axis.Ticks.IsEmpty || axis.Axis.Ticks is not null ? [] : Ticks.Minor(axis.Axis.Scale, axis.Range);

    private static string Lines(Frame frame, IEnumerable<double> xs, IEnumerable<double> ys) => string.Concat(
    [
        .. xs.Select(x => $"M{Point(frame.X(x), frame.Top)}V{Markup.Number(frame.Bottom)}"),
        .. ys.Select(y => $"M{Point(frame.Left, frame.Y(y))}H{Markup.Number(frame.Right)}"),
    ]);

    private static string Point(double x, double y) => $"{Markup.Number(x)} {Markup.Number(y)}";
}
