using System.Collections.Immutable;

namespace Looped.Studies.Figures;

/// <summary>
/// Bars over bins: counts up the y axis, from zero, or from a half on a log axis, so that a bar of one can be seen.
/// Several in a panel are translucent and overlap.
/// </summary>
public sealed record Histogram : Series
{
    /// <summary>Bars of <c>counts[i]</c> from <c>edges[i]</c> to <c>edges[i+1]</c>; the numbers are copied.</summary>
    /// <exception cref="ArgumentException">The edges do not increase, or are not one more than the counts.</exception>
    public Histogram(string? label, IEnumerable<double> edges, IEnumerable<double> counts)
        : base(label)
    {
        (Edges, Counts) = ([.. edges], [.. counts]);
        BinEdges.Require(Edges.AsSpan());
        RequireEqual("A histogram's bins and counts", Edges.Length - 1, Counts.Length);
    }

    public ImmutableArray<double> Edges { get; }

    public ImmutableArray<double> Counts { get; }

    /// <summary>The histogram of values over given bins; NaN and infinities do not count.</summary>
    /// <exception cref="ArgumentException">A finite value lies outside all bins, or edges do not increase.</exception>
    public static Histogram Of(string? label, ReadOnlySpan<double> values, ReadOnlySpan<double> edges)
    {
        var counts = BinEdges.Count(values, edges);
        return new Histogram(label, edges.ToArray(), counts.Select(c => (double)c));
    }
}

/// <summary>The edges of a histogram's bins. A bin holds its lower edge; the last one its upper edge too.</summary>
public static class BinEdges
{
    /// <summary>Edges of bins, equally wide along a scale, that hold all values which it accepts.</summary>
    /// <param name="values">All values of all histograms that are to share the bins.</param>
    /// <param name="scale">The scale of the axis that the bars stand on.</param>
    /// <param name="bins">Number of bins, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one bin.</exception>
    public static double[] Covering(IEnumerable<double> values, Scale scale, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(scale.Accepts))
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        var range = low > high ? Ranges.Default(scale) : Ranges.Around(scale, low, high);
        var (first, last) = (scale.Forward(range.Low), scale.Forward(range.High));
        var edges = Enumerable.Range(0, bins + 1)
            .Select(i => scale.Inverse(first + ((last - first) * i / bins)))
            .ToArray();

        // The way to positions and back rounds; the extreme values must still lie inside.
        (edges[0], edges[^1]) = (range.Low, range.High);
        return edges;
    }

    /// <summary>How many of the values each bin holds; NaN and infinities do not count.</summary>
    /// <exception cref="ArgumentException">A finite value lies outside all bins, or edges do not increase.</exception>
    public static int[] Count(ReadOnlySpan<double> values, ReadOnlySpan<double> edges)
    {
        Require(edges);
        var counts = new int[edges.Length - 1];
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
            {
                continue;
            }

            if (value < edges[0] || value > edges[^1])
            {
                throw new ArgumentException($"The value {value} lies outside the bins, {edges[0]} .. {edges[^1]}.");
            }

            var found = edges.BinarySearch(value);
            var bin = found >= 0 ? found : ~found - 1;
            counts[Math.Min(bin, counts.Length - 1)]++;
        }

        return counts;
    }

    /// <summary>Complains about edges that are fewer than two, not finite or not increasing.</summary>
    internal static void Require(ReadOnlySpan<double> edges)
    {
        var increasing = edges.Length >= 2 && double.IsFinite(edges[0]) && double.IsFinite(edges[^1]);
        for (var i = 1; i < edges.Length; i++)
        {
            increasing &= edges[i - 1] < edges[i];
        }

        if (!increasing)
        {
            throw new ArgumentException(
                "The edges of bins must be two or more finite numbers, each larger than the one before.");
        }
    }
}
