using System.Text;
using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>Draws series into a frame.</summary>
internal static class SeriesDrawing
{
    /// <summary>The elements of a series; none where nothing of it can be shown.</summary>
    public static IEnumerable<XElement> Draw(StyledSeries styled, Frame frame) => styled.Series switch
    {
        Line line => DrawLine(line, styled, frame),
        Points points => DrawPoints(points, styled, frame),
        Band band => DrawBand(band, styled, frame),
        Histogram histogram => DrawBars(histogram, styled, frame),
        HeatMap map => DrawImage(map, frame),
        ReferenceLine reference => DrawReference(reference, styled, frame),
        _ => [],
    };

    /// <summary>A path that is stroked and not filled; unbroken ones have round ends.</summary>
    public static XElement Stroke(string data, Rgb colour, double width, LineStyle style = LineStyle.Solid) =>
        Markup.Svg(
            "path",
            ("d", data),
            ("fill", "none"),
            ("stroke", colour),
            ("stroke-width", width),
            ("stroke-linejoin", "round"),
            ("stroke-linecap", style == LineStyle.Solid ? "round" : null),
            ("stroke-dasharray", Theme.Dashes(style)));

    /// <summary>A path that is filled without a border.</summary>
    public static XElement Fill(string data, Rgb colour, double opacity) =>
        Markup.Svg("path", ("d", data), ("fill", colour), ("fill-opacity", opacity));

    private static IEnumerable<XElement> DrawLine(Line line, StyledSeries styled, Frame frame)
    {
        var pixels = Pixels(line.X, line.Y, frame);
        var (path, dots) = (new StringBuilder(), new StringBuilder());
        foreach (var run in PathData.Runs(pixels.Length, i => pixels[i].IsShown))
        {
            if (pixels[run] is [var alone])
            {
                dots.Append(PathData.Dot(alone));
            }
            else
            {
                PathData.AppendLine(path, PathData.Thin(pixels[run]));
            }
        }

        if (path.Length > 0)
        {
            yield return Stroke(path.ToString(), styled.Colour, line.Width, styled.Style);
        }

        if (dots.Length > 0)
        {
            yield return Stroke(dots.ToString(), styled.Colour, 2.5 * line.Width);
        }
    }

    // Points are lines of no length with round ends: one element for any number of them.
    private static IEnumerable<XElement> DrawPoints(Points points, StyledSeries styled, Frame frame)
    {
        var pixels = Pixels(points.X, points.Y, frame);
        var whiskers = new StringBuilder();
        for (var i = 0; i < points.Low.Length; i++)
        {
            var (low, high) = (frame.Y(points.Low[i]), frame.Y(points.High[i]));
            if (pixels[i].IsShown && !double.IsNaN(low) && !double.IsNaN(high))
            {
                PathData.AppendLine(whiskers, [new Pixel(pixels[i].X, low), new Pixel(pixels[i].X, high)]);
            }
        }

        if (whiskers.Length > 0)
        {
            yield return Stroke(whiskers.ToString(), styled.Colour, 1.4);
        }

        var path = string.Concat(pixels.Where(p => p.IsShown).Select(PathData.Dot).Distinct());
        if (path.Length > 0)
        {
            yield return Stroke(path, styled.Colour, points.Size);
        }
    }

    private static IEnumerable<XElement> DrawBand(Band band, StyledSeries styled, Frame frame)
    {
        var low = Pixels(band.X, band.Low, frame);
        var high = Pixels(band.X, band.High, frame);
        var path = new StringBuilder();
        foreach (var run in PathData.Runs(low.Length, i => low[i].IsShown && high[i].IsShown))
        {
            PathData.AppendArea(path, PathData.Thin(low[run]), PathData.Thin(high[run]));
        }

        return path.Length == 0 ? [] : [Fill(path.ToString(), styled.Colour, Theme.BandOpacity)];
    }

    // Bars that touch share one outline, so that translucent neighbours show no seam.
    private static IEnumerable<XElement> DrawBars(Histogram histogram, StyledSeries styled, Frame frame)
    {
        var zero = frame.YAxis.Axis.Scale is Log10Scale ? frame.Bottom : frame.Y(0);
        var foot = Math.Clamp(zero, frame.Top, frame.Bottom);
        bool Shown(int i) =>
            histogram.Counts[i] > 0
            && !double.IsNaN(frame.Y(histogram.Counts[i]))
            && !double.IsNaN(frame.X(histogram.Edges[i]))
            && !double.IsNaN(frame.X(histogram.Edges[i + 1]));

        var path = new StringBuilder();
        foreach (var run in PathData.Runs(histogram.Counts.Length, Shown))
        {
            path.Append('M').Append(Markup.Number(frame.X(histogram.Edges[run.Start.Value])));
            path.Append(' ').Append(Markup.Number(foot));
            for (var i = run.Start.Value; i < run.End.Value; i++)
            {
                path.Append('V').Append(Markup.Number(frame.Y(histogram.Counts[i])));
                path.Append('H').Append(Markup.Number(frame.X(histogram.Edges[i + 1])));
            }

            path.Append('V').Append(Markup.Number(foot)).Append('Z');
        }

        if (path.Length > 0)
        {
            yield return Fill(path.ToString(), styled.Colour, Theme.BarOpacity);
            yield return Stroke(path.ToString(), styled.Colour, 1);
        }
    }

    private static IEnumerable<XElement> DrawImage(HeatMap map, Frame frame)
    {
        var (left, right) = (frame.X(map.X.Low), frame.X(map.X.High));
        var (bottom, top) = (frame.Y(map.Y.Low), frame.Y(map.Y.High));

        // Cells larger than a pixel keep their edges; smaller ones are averaged by the viewer.
        var sharp = right - left >= map.Columns && bottom - top >= map.Rows;
        yield return Markup.Svg(
            "image",
            ("x", left),
            ("y", top),
            ("width", right - left),
            ("height", bottom - top),
            ("preserveAspectRatio", "none"),
            ("style", sharp ? "image-rendering:pixelated" : null),
            ("href", Png.DataUri(map.ToPng())));
    }

    private static IEnumerable<XElement> DrawReference(ReferenceLine reference, StyledSeries styled, Frame frame)
    {
        Pixel[] ends = reference.Orientation == Orientation.Horizontal
            ? [new Pixel(frame.Left, frame.Y(reference.Value)), new Pixel(frame.Right, frame.Y(reference.Value))]
            : [new Pixel(frame.X(reference.Value), frame.Bottom), new Pixel(frame.X(reference.Value), frame.Top)];
        if (!ends[0].IsShown)
        {
            return [];
        }

        var path = new StringBuilder();
        PathData.AppendLine(path, ends);
        return [Stroke(path.ToString(), styled.Colour, 1.2, styled.Style)];
    }

    private static Pixel[] Pixels(IReadOnlyList<double> x, IReadOnlyList<double> y, Frame frame) =>
        [.. x.Zip(y, (a, b) => new Pixel(frame.X(a), frame.Y(b)))];
}
