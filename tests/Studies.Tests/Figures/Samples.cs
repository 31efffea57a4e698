using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

/// <summary>Figures of the kinds that a study draws.</summary>
internal static class Samples
{
    private static readonly double[] Epochs = [.. Enumerable.Range(0, 401).Select(i => (double)i)];

    public static Figure Accuracy
    {
        get
        {
            double[] Curve(double top, double time) => [.. Epochs.Select(e => top * (1 - Math.Exp(-e / time)))];
            var (low, high) = (Curve(0.79, 20), Curve(0.55, 60));
            return new Figure("Accuracy by information group", new Panel(
                new Axis("epoch") { WholeNumbers = true },
                new Axis("accuracy", "%"),
                [
                    new Band("Looped, low", Epochs, low.Select(v => v - 0.02), low.Select(v => v + 0.02)),
                    new Line("Looped, low", Epochs, low),
                    new Line("Looped, high", Epochs, high) { Style = LineStyle.Dashed },
                    ReferenceLine.Horizontal(0.8, "ceiling, low"),
                    ReferenceLine.Horizontal(0.57, "ceiling, high"),
                    ReferenceLine.Horizontal(0.56, "ceiling, last token"),
                    ReferenceLine.Vertical(150, "second phase"),
                    ReferenceLine.Vertical(160, "shift"),
                ]))
            { Subtitle = "cyclic dynamics, d = 8, 20 seeds" };
        }
    }

    public static Figure Spectra
    {
        get
        {
            var scale = Scale.SymmetricLog(1e-6);
            var spectra = Enumerable.Range(0, 10).Select(k => Enumerable.Range(0, 216)
                .Select(i => (i % 5 == 0 ? -1 : 1) * Math.Pow(10, -9 + (((i * 37) + (k * 11)) % 100 / 11.0))).ToArray()).ToList();
            var edges = BinEdges.Covering(spectra.SelectMany(s => s), scale, 40);
            Panel Draw(double[] spectrum, int i) => new(
                new Axis("eigenvalue") { Scale = scale },
                new Axis("count") { Scale = Scale.Log10 },
                [Histogram.Of("Looped", spectrum, edges), Histogram.Of("Single", spectra[0], edges)])
            { Title = $"epoch {40 * i}" };
            return new Figure("Hessian spectra", [.. spectra.Select(Draw)])
            {
                Columns = 5,
                SharedX = true,
                SharedY = true,
                PanelWidth = 190,
                PanelHeight = 130,
                CommonLegend = LegendPlacement.Above,
            };
        }
    }

    public static Figure Heat
    {
        get
        {
            var values = new double[60, 401];
            for (var row = 0; row < 60; row++)
            {
                for (var column = 0; column < 401; column++)
                {
                    values[row, column] = (row - 20) * Math.Exp(column / 60.0) * 1e-5;
                }
            }

            values[3, 3] = double.NaN;
            return new Figure("Spectrum, every epoch", new Panel(
                new Axis("epoch"),
                new Axis("eigenvalue number"),
                [new HeatMap(values, "eigenvalue") { ColourScale = Scale.SymmetricLog(1e-4), Map = ColourMap.Diverging }]));
        }
    }

    public static Figure Lengths
    {
        get
        {
            double[] lengths = [4, 5, 6, 7, 8, 10, 13, 16, 32];
            return new Figure("Longer sequences", new Panel(
                new Axis("length") { Scale = Scale.Log10, Ticks = [.. lengths.Select(Tick.At)] },
                new Axis("accuracy"),
                [
                    new Points("Looped", lengths, lengths.Select(l => 1 / l), lengths.Select(l => 0.9 / l), lengths.Select(l => 1.1 / l)),
                    new Line(null, lengths, lengths.Select(l => 1 / l)),
                ])
            { Legend = LegendPlacement.Right });
        }
    }

    public static IReadOnlyList<Figure> All => [Accuracy, Spectra, Heat, Lengths];
}
