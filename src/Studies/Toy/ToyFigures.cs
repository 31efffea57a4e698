using Looped.Models.Data;
using Looped.Studies.Figures;

namespace Looped.Studies.Toy;

/// <summary>A figure with its file name and what a reader should see in it.</summary>
public readonly record struct NamedFigure(string Name, Figure Figure, string Caption);

/// <summary>The figures of a toy run.</summary>
public static class ToyFigures
{
    /// <summary>Epochs whose spectra the paper shows.</summary>
    private static readonly int[] PaperEpochs = [1, 10, 50, 60, 100, 150, 170, 200, 300, 400];

    private const int HistogramBins = 41;

    /// <summary>Cells of a heat map along an axis, at most.</summary>
    private const int HeatMapPixels = 1000;

    /// <summary>Eigenvalues below this share of the largest magnitude are drawn linearly, as zero to the eye.</summary>
    private const double LinearShare = 1e-4;

    private static readonly Axis Epochs = new("epoch") { WholeNumbers = true };

    /// <summary>The names of all figures that a run can have.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["accuracy", "loss", "entropy", "valley", "spectra", "heatmap-single", "heatmap-looped"];

    /// <summary>All figures, in the order of the report.</summary>
    public static IReadOnlyList<NamedFigure> Of(ToyResult result)
    {
        ToyModelResult[] models = [.. result.Models.Where(model => model.Rows.Count > 0)];
        var figures = new List<NamedFigure>
        {
            new(
                "accuracy",
                Accuracy(result, models),
                "Accuracy on the training set and on its 40 % of lowest and highest information content. Dashed: what the best " +
                "predictor attains on that group that sees the last token, the bag of tokens and the last, or the full context " +
                "under the true transition matrices. Groups are chosen with the target, so a model can pass a group's ceiling."),
            new(
                "loss",
                new Figure("Loss and gradient norm", [
                    Curves(models, new Axis("loss", "nats"), row => row.Loss),
                    Curves(models, new Axis("gradient norm") { Scale = Scale.Log10 }, row => row.GradientNorm),
                ]) { Columns = 2, PanelWidth = 400, PanelHeight = 240, CommonLegend = LegendPlacement.Above },
                "Mean cross-entropy on the training set and the Euclidean norm of its gradient."),
        };
        if (!models.Any(model => model.SpectrumRows.Any()))
        {
            return figures;
        }

        figures.Add(new(
            "entropy",
            new Figure("Entropy and mutual information of the Hessian", [
                Curves(models, new Axis("matrix entropy", "nats"), row => row.Spectrum?.Entropy),
                Curves(models, new Axis("mutual information", "nats"), row => row.Spectrum?.Information),
                Curves(
                    models,
                    new Axis("information / bound") { Range = new AxisRange(0, 1.02) },
                    row => row.Spectrum?.Information / row.Spectrum?.InformationBound),
            ]) { Columns = 3, PanelWidth = 300, PanelHeight = 240, CommonLegend = LegendPlacement.Above },
            "Matrix entropy of the exact Hessian at each epoch, its mutual information with the epoch before, and the latter over " +
            "its bound. A Hessian that stands still has a ratio of one."));
        figures.Add(new(
            "valley",
            new Figure("Valley and curvature", [
                Curves(models, new Axis("valley size", "eigenvalues"), row => row.Spectrum?.Valley.Size),
                Curves(
                    models,
                    new Axis("condition number") { Scale = Scale.Log10 },
                    row => row.Spectrum?.Valley.ConditionNumber),
                Curves(
                    models, new Axis("largest eigenvalue") { Scale = Scale.Log10 }, row => row.Spectrum?.Values[^1]),
            ]) { Columns = 3, PanelWidth = 300, PanelHeight = 240, CommonLegend = LegendPlacement.Above },
            "Number of eigenvalues in the valley, their condition number, and the largest eigenvalue."));
        figures.Add(new(
            "spectra",
            Spectra(models),
            "Histograms of all eigenvalues at the epochs that the paper shows. Both axes are symmetric-logarithmic or logarithmic, " +
            "so that single eigenvalues far from the spike stay visible."));
        foreach (var model in models.Where(model => model.SpectrumRows.Skip(1).Any()))
        {
            figures.Add(new(
                $"heatmap-{model.Name}",
                HeatMapOf(model),
                $"All eigenvalues of {model.Title}'s Hessian, sorted, at every recorded epoch."));
        }

        return figures;
    }

    private static Rgb Colour(ToyModelResult model) => model.Name == "single" ? Palette.Blue : Palette.Vermillion;

    private static Figure Accuracy(ToyResult result, ToyModelResult[] models)
    {
        return new Figure("Accuracy by information group", [
            Group("all samples", accuracy => accuracy.Total),
            Group("low information", accuracy => accuracy.Low),
            Group("high information", accuracy => accuracy.High),
        ])
        {
            Columns = 3,
            PanelWidth = 300,
            PanelHeight = 260,
            SharedY = true,
            CommonLegend = LegendPlacement.Above,
        };

        Panel Group(string title, Func<Accuracies, double> part)
        {
            var last = models.Length == 0 ? 0 : models.Max(model => model.Rows[^1].Epoch);
            (string Label, Accuracies Ceiling, Rgb Colour)[] ceilings =
            [
                ("best by last token", result.Ceilings.LastToken, Palette.Green),
                ("best by bag and last token", result.Ceilings.Bag, Palette.Purple),
                ("best by full context", result.Ceilings.Full, Palette.Black),
            ];
            return new Panel(
                Epochs,
                new Axis("accuracy") { Range = new AxisRange(0, 1) },
                [
                    .. ceilings.Select(c => new Line(c.Label, [0, last], [part(c.Ceiling), part(c.Ceiling)])
                    {
                        Colour = c.Colour,
                        Style = LineStyle.Dashed,
                        Width = 1.2,
                    }),
                    .. models.Select(model => new Line(
                        model.Title,
                        model.Rows.Select(row => (double)row.Epoch),
                        model.Rows.Select(row => part(row.Accuracy))) { Colour = Colour(model) }),
                ]) { Title = title };
        }
    }

    private static Panel Curves(ToyModelResult[] models, Axis y, Func<ToyRow, double?> value) => new(
        Epochs,
        y,
        [
            .. models.Select(model =>
            {
                ToyRow[] rows = [.. model.Rows.Where(row => value(row) is not null)];
                return new Line(model.Title, rows.Select(row => (double)row.Epoch), rows.Select(row => value(row)!.Value))
                {
                    Colour = Colour(model),
                };
            }),
        ]);

    private static Figure Spectra(ToyModelResult[] models)
    {
        var shown = PaperEpochs.Where(epoch => models.Any(model => Row(model, epoch) is not null)).ToArray();
        if (shown.Length == 0)
        {
            // Too short a run for the paper's epochs: its own first and last.
            var rows = models[0].SpectrumRows.ToList();
            shown = [.. new[] { rows[0].Epoch, rows[^1].Epoch }.Distinct()];
        }

        var scale = Scale.SymmetricLog(Threshold(models));
        var edges = BinEdges.Covering(
            shown.SelectMany(epoch => models.SelectMany(model => Row(model, epoch)?.Spectrum!.Values ?? [])),
            scale,
            HistogramBins);
        return new Figure("Spectra of the Hessian", [
            .. shown.SelectMany(epoch => models.Select(model => new Panel(
                new Axis("eigenvalue") { Scale = scale },
                new Axis("count") { Scale = Scale.SymmetricLog(1) },
                Row(model, epoch) is { } row
                    ? [Histogram.Of(model.Title, row.Spectrum!.Values, edges) with { Colour = Colour(model) }]
                    : [])
            {
                Title = $"{model.Title}, epoch {epoch}",
                Legend = LegendPlacement.None,
            })),
        ])
        {
            Columns = models.Length,
            PanelWidth = 420,
            PanelHeight = 110,
            SharedX = true,
            SharedY = true,
        };

        static ToyRow? Row(ToyModelResult model, int epoch) =>
            model.SpectrumRows.FirstOrDefault(row => row.Epoch == epoch);
    }

    private static Figure HeatMapOf(ToyModelResult model)
    {
        ToyRow[] rows = [.. model.SpectrumRows];
        var (columns, numbers) = (Evenly(rows.Length), Evenly(model.ParameterCount));
        var values = new double[numbers.Length, columns.Length];
        for (var column = 0; column < columns.Length; column++)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                values[i, column] = rows[columns[column]].Spectrum!.Values[numbers[i]];
            }
        }

        var step = rows[^1].Epoch / (columns.Length - 1.0);
        return new Figure(
            $"All eigenvalues of {model.Title} through training",
            new Panel(
                Epochs,
                new Axis("eigenvalue number, ascending") { WholeNumbers = true },
                [
                    new HeatMap(values, "eigenvalue")
                    {
                        X = new AxisRange(-step / 2, rows[^1].Epoch + (step / 2)),
                        Y = new AxisRange(-0.5, model.ParameterCount - 0.5),
                        ColourScale = Scale.SymmetricLog(Threshold([model])),
                        Map = ColourMap.Diverging,
                    },
                ])) { PanelWidth = 760, PanelHeight = 380 };
    }

    /// <summary>Indices from the first to the last, not more than a picture can show.</summary>
    private static int[] Evenly(int count)
    {
        var shown = Math.Min(count, HeatMapPixels);
        return [.. Enumerable.Range(0, shown).Select(i => (int)((long)i * (count - 1) / Math.Max(1, shown - 1)))];
    }

    /// <summary>A power of ten below which eigenvalues are small.</summary>
    private static double Threshold(IEnumerable<ToyModelResult> models)
    {
        var largest = models.SelectMany(model => model.SpectrumRows)
            .Max(row => Math.Max(Math.Abs(row.Spectrum!.Values[0]), Math.Abs(row.Spectrum.Values[^1])));
        return largest > 0 ? Math.Pow(10, Math.Floor(Math.Log10(LinearShare * largest))) : 1;
    }
}
