using System.Text;

namespace Looped.Studies.Figures.Drawing;

/// <summary>A point in pixels.</summary>
internal readonly record struct Pixel(double X, double Y)
{
    public bool IsShown => !double.IsNaN(X) && !double.IsNaN(Y);
}

/// <summary>The <c>d</c> attributes of paths.</summary>
internal static class PathData
{
    /// <summary>The stretches between points that cannot be shown, as start and length.</summary>
    public static IEnumerable<Range> Runs(int count, Func<int, bool> shown)
    {
        var start = 0;
        for (var i = 0; i <= count; i++)
        {
            if (i == count || !shown(i))
            {
                if (i > start)
                {
                    yield return start..i;
                }

                start = i + 1;
            }
        }
    }

    /// <summary>
    /// The points of a line that can be seen: of neighbours in one column of pixels, the first, the lowest, the highest
    /// and the last, in their order (Jugel, Jerzak, Hackenbroich and Markl, <i>M4</i>, 2014).
    /// </summary>
    public static List<Pixel> Thin(IReadOnlyList<Pixel> line)
    {
        var kept = new List<Pixel>();
        for (var start = 0; start < line.Count;)
        {
            var (end, lowest, highest) = (start + 1, start, start);
            for (; end < line.Count && Math.Floor(line[end].X) == Math.Floor(line[start].X); end++)
            {
                lowest = line[end].Y < line[lowest].Y ? end : lowest;
                highest = line[end].Y > line[highest].Y ? end : highest;
            }

            foreach (var index in new SortedSet<int> { start, lowest, highest, end - 1 })
            {
                kept.Add(line[index]);
            }

            start = end;
        }

        return Straighten(kept);
    }

    /// <summary>
    /// The line without points that lie on the straight way between those that stay, to a fifth of a pixel, which no eye
    /// tells apart (Ramer 1972, Douglas and Peucker 1973).
    /// </summary>
    private static List<Pixel> Straighten(List<Pixel> line)
    {
        const double Tolerance = 0.2;
        var stays = new bool[line.Count];
        var open = new Stack<(int First, int Last)>();
        open.Push((0, line.Count - 1));
        stays[0] = stays[^1] = true;
        while (open.TryPop(out var stretch))
        {
            var (farthest, distance) = (stretch.First, Tolerance);
            for (var i = stretch.First + 1; i < stretch.Last; i++)
            {
                if (Distance(line[i], line[stretch.First], line[stretch.Last]) is var found && found > distance)
                {
                    (farthest, distance) = (i, found);
                }
            }

            if (farthest > stretch.First)
            {
                stays[farthest] = true;
                open.Push((stretch.First, farthest));
                open.Push((farthest, stretch.Last));
            }
        }

        return [.. line.Where((_, i) => stays[i])];
    }

    /// <summary>From a point to the stretch between two others.</summary>
    private static double Distance(Pixel point, Pixel from, Pixel to)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var length = (dx * dx) + (dy * dy);
        var along = length == 0 ? 0 : Math.Clamp((((point.X - from.X) * dx) + ((point.Y - from.Y) * dy)) / length, 0, 1);
        return Math.Sqrt(
            Math.Pow(point.X - from.X - (along * dx), 2) + Math.Pow(point.Y - from.Y - (along * dy), 2));
    }

    /// <summary>A line of no length, which round ends turn into a dot.</summary>
    public static string Dot(Pixel at) => $"M{Markup.Number(at.X)} {Markup.Number(at.Y)}h0";

    /// <summary>A line through points.</summary>
    public static void AppendLine(StringBuilder path, IReadOnlyList<Pixel> points)
    {
        for (var i = 0; i < points.Count; i++)
        {
            path.Append(i switch { 0 => 'M', 1 => 'L', _ => ' ' });
            path.Append(Markup.Number(points[i].X)).Append(' ').Append(Markup.Number(points[i].Y));
        }
    }

    /// <summary>An area: a line there, another one back.</summary>
    public static void AppendArea(StringBuilder path, IReadOnlyList<Pixel> there, IReadOnlyList<Pixel> back)
    {
        AppendLine(path, [.. there, .. back.Reverse()]);
        path.Append('Z');
    }
}
