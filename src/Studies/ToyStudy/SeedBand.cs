using Looped.Studies.Figures;
using Looped.Studies.Statistics;

namespace Looped.Studies.ToyStudy;

/// <summary>A curve of each seed, drawn as the median over seeds in a band that holds the middle 80 % of them.</summary>
internal static class SeedBand
{
    /// <summary>What captions say of the bands.</summary>
    public const string Legend = "Lines are medians over seeds, bands hold the middle 80 % of seeds.";

    private const double Tail = 0.1;

    /// <summary>Band and line; numbers that are not finite count for no seed.</summary>
    /// <param name="label">Name in the legend.</param>
    /// <param name="colour">Colour of both.</param>
    /// <param name="x">Epochs or whatever the curves run over.</param>
    /// <param name="curves">A curve a seed over x; one that ended early is shorter.</param>
    public static IEnumerable<Series> Of(
        string label, Rgb colour, IReadOnlyList<double> x, IReadOnlyList<IReadOnlyList<double>> curves)
    {
        var (low, middle, high) = (new double[x.Count], new double[x.Count], new double[x.Count]);
        for (var i = 0; i < x.Count; i++)
        {
            double[] here = [.. curves.Where(curve => i < curve.Count).Select(curve => curve[i]).Where(double.IsFinite)];
            Array.Sort(here);
            (low[i], middle[i], high[i]) = here.Length == 0
                ? (double.NaN, double.NaN, double.NaN)
                : (Bootstrap.Quantile(here, Tail), Bootstrap.Quantile(here, 0.5), Bootstrap.Quantile(here, 1 - Tail));
        }

        return
        [
            new Band(null, x, low, high) { Colour = colour },
            new Line(label, x, middle) { Colour = colour },
        ];
    }
}
