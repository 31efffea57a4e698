using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>The labels of series beside samples of how they are drawn, laid out for a place.</summary>
internal sealed class Legend
{
    private const double SampleWidth = 22;
    private const double SampleGap = 6;
    private const double EntryGap = 18;
    private const double RowGap = 3;
    private const double SmallestDot = 5;
    private const double WidestColumn = 180;

    private readonly List<(double X, double Y, TextBlock Text, List<StyledSeries> Samples)> _entries = [];

    private Legend()
    {
    }

    /// <summary>Nothing to show.</summary>
    public static Legend Empty { get; } = new();

    public double Width { get; private set; }

    public double Height { get; private set; }

    /// <summary>The legend of these series, one entry a label: in rows no wider than asked, or in a column.</summary>
    public static Legend Of(IEnumerable<StyledSeries> series, LegendPlacement placement, double width)
    {
        var legend = new Legend();
        if (placement == LegendPlacement.None)
        {
            return legend;
        }

        var column = placement == LegendPlacement.Right;
        var labelWidth = (column ? WidestColumn : width) - SampleWidth - SampleGap;
        var (x, y) = (0.0, 0.0);
        var rowHeight = 0.0;
        var labelled = series.Where(s => s.Series is not ReferenceLine && !string.IsNullOrEmpty(s.Series.Label));
        foreach (var group in labelled.GroupBy(s => s.Series.Label!))
        {
            var text = new TextBlock(group.Key, Theme.LegendSize, labelWidth);
            var entryWidth = SampleWidth + SampleGap + text.Width;
            if (x > 0 && (column || x + entryWidth > width))
            {
                (x, y, rowHeight) = (0, y + rowHeight + RowGap, 0);
            }

            var samples = group.DistinctBy(s => (s.Series.GetType(), s.Style)).OrderBy(s => s.Layer);
            legend._entries.Add((x, y, text, [.. samples]));
            rowHeight = Math.Max(rowHeight, text.Height);
            legend.Width = Math.Max(legend.Width, x + entryWidth);
            legend.Height = y + rowHeight;
            x += entryWidth + EntryGap;
        }

        return legend;
    }

    /// <summary>Adds the entries right of and below a corner.</summary>
    public void Draw(XElement parent, double left, double top)
    {
        foreach (var (x, y, text, samples) in _entries)
        {
            var middle = top + y + (Theme.LegendSize * Theme.LineHeight / 2) + 1;
            foreach (var sample in samples)
            {
                parent.Add(Sample(sample, left + x, middle));
            }

            text.Draw(parent, left + x + SampleWidth + SampleGap, top + y);
        }
    }

    private static XElement Sample(StyledSeries styled, double left, double middle)
    {
        string Number(double value) => Markup.Number(value);
        string Box(double half) =>
            $"M{Number(left)} {Number(middle - half)}h{Number(SampleWidth)}v{Number(2 * half)}h{Number(-SampleWidth)}Z";

        return styled.Series switch
        {
            Band => SeriesDrawing.Fill(Box(5), styled.Colour, Theme.BandOpacity),
            Histogram => SeriesDrawing.Fill(Box(5), styled.Colour, Theme.BarOpacity),
            Points points => SeriesDrawing.Stroke(
                PathData.Dot(new Pixel(left + (SampleWidth / 2), middle)),
                styled.Colour,
                Math.Max(SmallestDot, points.Size)),
            Line line => SeriesDrawing.Stroke(
                $"M{Number(left)} {Number(middle)}h{Number(SampleWidth)}", styled.Colour, line.Width, styled.Style),
            _ => throw new ArgumentException($"A legend has no sample of a {styled.Series.GetType().Name}."),
        };
    }
}
