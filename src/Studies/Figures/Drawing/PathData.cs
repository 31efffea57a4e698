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

        return kept;
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
