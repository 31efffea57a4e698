namespace Looped.Studies.Figures.Drawing;

/// <summary>What the axes must cover for a series to be seen.</summary>
internal static class Extents
{
    /// <summary>Widens both bounds to a series; whether the series shows any data (a reference line is none).</summary>
    public static bool Add(Series series, Scale xScale, Scale yScale, Bounds x, Bounds y)
    {
        switch (series)
        {
            case Line line:
                return AddPoints(line.X, line.Y, line.Y, xScale, yScale, x, y);
            case Band band:
                return AddPoints(band.X, band.Low, band.High, xScale, yScale, x, y);
            case Points { Low.Length: > 0 } points:
                AddPoints(points.X, points.Low, points.High, xScale, yScale, x, y);
                return AddPoints(points.X, points.Y, points.Y, xScale, yScale, x, y);
            case Points points:
                return AddPoints(points.X, points.Y, points.Y, xScale, yScale, x, y);
            case Histogram histogram:
                return AddBars(histogram, yScale, x, y);
            case HeatMap map:
                x.Add(map.X.Low, hard: true);
                x.Add(map.X.High, hard: true);
                y.Add(map.Y.Low, hard: true);
                y.Add(map.Y.High, hard: true);
                return map.Values.Any(map.ColourScale.Accepts);
            case ReferenceLine reference:
                (reference.Orientation == Orientation.Horizontal ? y : x).Add(reference.Value);
                return false;
            default:
                throw new ArgumentException($"A figure cannot draw a series of type {series.GetType().Name}.");
        }
    }

    private static bool AddPoints(
        IReadOnlyList<double> xs,
        IReadOnlyList<double> lows,
        IReadOnlyList<double> highs,
        Scale xScale,
        Scale yScale,
        Bounds x,
        Bounds y)
    {
        var any = false;
        for (var i = 0; i < xs.Count; i++)
        {
            if (xScale.Accepts(xs[i]) && yScale.Accepts(lows[i]) && yScale.Accepts(highs[i]))
            {
                x.Add(xs[i]);
                y.Add(lows[i]);
                y.Add(highs[i]);
                any = true;
            }
        }

        return any;
    }

    private static bool AddBars(Histogram histogram, Scale yScale, Bounds x, Bounds y)
    {
        var counts = histogram.Counts.Where(c => c > 0 && yScale.Accepts(c)).ToList();
        if (counts.Count == 0)
        {
            return false;
        }

        x.Add(histogram.Edges[0]);
        x.Add(histogram.Edges[^1]);
        y.Add(yScale is Log10Scale ? 0.5 : 0, hard: true);
        counts.ForEach(c => y.Add(c));
        return true;
    }
}
