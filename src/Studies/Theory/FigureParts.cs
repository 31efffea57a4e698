using Looped.Studies.Figures;

namespace Looped.Studies.Theory;

/// <summary>What several figures of the theory are made of.</summary>
internal static class FigureParts
{
    /// <summary>Epochs of training: linear up to one, so that the initialisation has a place.</summary>
    public static readonly Axis Epochs = new("epoch") { Scale = Scale.SymmetricLog(1), WholeNumbers = true };

    /// <summary>Steps K of descent.</summary>
    public static readonly Axis Steps = new("steps K") { Scale = Scale.Log10 };

    /// <summary>The value below which a share of the numbers lie; NaN without numbers.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }

    /// <summary>The median over instances along x, and the area between the 5 % and 95 % quantiles.</summary>
    public static IEnumerable<Series> Spread(string label, Rgb colour, IEnumerable<(double X, double Y)> points)
    {
        var groups = points.GroupBy(point => point.X, point => point.Y).OrderBy(group => group.Key).ToList();
        double[] x = [.. groups.Select(group => group.Key)];
        return
        [
            new Band(null, x, groups.Select(g => Quantile(g, 0.05)), groups.Select(g => Quantile(g, 0.95))) { Colour = colour },
            new Line(label, x, groups.Select(g => Quantile(g, 0.5))) { Colour = colour },
        ];
    }

    /// <summary>
    /// Medians over categories, with whiskers from the 5 % to the 95 % quantile, moved aside so that series do not overlap.
    /// </summary>
    public static Points Categories(
        string label, Rgb colour, double shift, IReadOnlyList<IReadOnlyList<double>> categories) => new(
        label,
        categories.Select((_, i) => i + shift),
        categories.Select(values => Quantile(values, 0.5)),
        categories.Select(values => Quantile(values, 0.05)),
        categories.Select(values => Quantile(values, 0.95))) { Colour = colour };

    /// <summary>An axis of named categories, numbered from 0.</summary>
    public static Axis CategoryAxis(params IReadOnlyList<string> names) => new()
    {
        Range = new AxisRange(-0.5, names.Count - 0.5),
        Ticks = [.. names.Select((name, i) => new Tick(i, name))],
    };

    /// <summary>Histograms of several groups over common bins along a scale.</summary>
    public static Panel Histograms(
        string title, Axis x, int bins, params IReadOnlyList<(string Label, Rgb Colour, double[] Values)> groups)
    {
        var accepted = groups.Select(g => g with { Values = [.. g.Values.Where(x.Scale.Accepts)] }).ToList();
        var edges = BinEdges.Covering(accepted.SelectMany(group => group.Values), x.Scale, bins);
        return new Panel(
            x,
            new Axis("instances"),
            [.. accepted.Select(group => Histogram.Of(group.Label, group.Values, edges) with { Colour = group.Colour })])
        {
            Title = title,
        };
    }
}
