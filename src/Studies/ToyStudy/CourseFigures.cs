using Looped.Models.Data;
using Looped.Studies.Figures;
using Looped.Studies.Statistics;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>
/// The figures of accuracy, spectra, entropy and mutual information through training, over the seeds of a world.
/// </summary>
internal static class CourseFigures
{
    private static readonly Axis Epochs = new("epoch") { WholeNumbers = true };

    /// <summary>All of them.</summary>
    public static IEnumerable<NamedFigure> Of(WorldSeeds world)
    {
        yield return new(
            "accuracy",
            Accuracy(world),
            "Accuracy on the training set and on its 40 % of lowest and highest information content. Dashed: the median over " +
            "seeds of what the best predictor attains on that group that sees the last token, the bag of tokens and the last, or " +
            "the full context under the true transition matrices. " + SeedBand.Legend);
        yield return new(
            "loss",
            new Figure("Loss and gradient norm", [
                Rows(world, new Axis("loss", "nats"), row => row.Loss),
                Rows(world, new Axis("gradient norm") { Scale = Scale.Log10 }, row => row.GradientNorm),
            ]) { Columns = 2, PanelWidth = 400, PanelHeight = 240, CommonLegend = LegendPlacement.Above },
            "Mean cross-entropy on the training set and the Euclidean norm of its gradient. " + SeedBand.Legend);
        if (!world.Seeds.Any(seed => seed.Course.Models.Any(model => model.SpectrumRows.Any())))
        {
            yield break;
        }

        yield return new(
            "entropy",
            new Figure("Entropy and mutual information of the Hessian", [
                Spectra(world, new Axis("matrix entropy", "nats"), row => row.Entropy),
                Spectra(world, new Axis("mutual information", "nats"), row => row.Information),
                Spectra(
                    world,
                    new Axis("information / bound") { Range = new AxisRange(0, 1.02) },
                    row => row.Information / row.InformationBound),
            ]) { Columns = 3, PanelWidth = 300, PanelHeight = 240, CommonLegend = LegendPlacement.Above },
            "Matrix entropy of the exact Hessian, its mutual information with the epoch before, and the latter over its bound. " +
            SeedBand.Legend);
        yield return new(
            "phases",
            PhasesFigure(world),
            "Looped-Attn's entropy under each seed. Points mark where the curve turns: between the runs into which the rule of the " +
            "table cuts it.");

        // A picture of every seed says no more than one of the first.
        var first = world.Seeds[0];
        foreach (var (name, figure, caption) in ToyFigures.Of(first.Course)
            .Where(found => found.Name == "spectra" || found.Name.StartsWith("heatmap-", StringComparison.Ordinal)))
        {
            yield return new(name, figure with { Subtitle = $"seed {first.Settings.Seed}" }, caption);
        }
    }

    /// <summary>The models' colour and title.</summary>
    internal static IEnumerable<(string Name, string Title, Rgb Colour)> Models { get; } =
        [("single", "Single-Attn", Palette.Blue), ("looped", "Looped-Attn", Palette.Vermillion)];

    private static Figure Accuracy(WorldSeeds world)
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
            var epochs = RowEpochs(world);
            var last = epochs.Length == 0 ? 0 : epochs[^1];
            (string Label, Func<Ceilings, Accuracies> View, Rgb Colour)[] views =
            [
                ("best by last token", ceilings => ceilings.LastToken, Palette.Green),
                ("best by bag and last token", ceilings => ceilings.Bag, Palette.Purple),
                ("best by full context", ceilings => ceilings.Full, Palette.Black),
            ];
            return new Panel(
                Epochs,
                new Axis("accuracy") { Range = new AxisRange(0, 1) },
                [
                    .. views.Select(view =>
                    {
                        double[] ceilings = [.. world.Each(seed => part(view.View(seed.Course.Ceilings))).Order()];
                        var middle = Bootstrap.Quantile(ceilings, 0.5);
                        return new Line(view.Label, [0, last], [middle, middle])
                        {
                            Colour = view.Colour,
                            Style = LineStyle.Dashed,
                            Width = 1.2,
                        };
                    }),
                    .. Bands(world, row => part(row.Accuracy)),
                ]) { Title = title };
        }
    }

    private static Panel Rows(WorldSeeds world, Axis y, Func<ToyRow, double> value) =>
        new(Epochs, y, [.. Bands(world, value)]);

    private static IEnumerable<Series> Bands(WorldSeeds world, Func<ToyRow, double> value) => Models.SelectMany(model =>
        SeedBand.Of(
            model.Title,
            model.Colour,
            RowEpochs(world),
            [.. Each(world, model.Name).Select(found => found.Rows.Select(value).ToArray())]));

    private static Panel Spectra(WorldSeeds world, Axis y, Func<Analysis.Curvature.SpectrumRow, double> value) => new(
        Epochs,
        y,
        [
            .. Models.SelectMany(model =>
            {
                var seeds = Each(world, model.Name).Select(found => found.SpectrumRows.ToList()).ToList();
                var longest = seeds.MaxBy(rows => rows.Count) ?? [];
                return SeedBand.Of(
                    model.Title,
                    model.Colour,
                    [.. longest.Select(row => (double)row.Epoch)],
                    [.. seeds.Select(rows => rows.Select(row => value(row.Spectrum!)).ToArray())]);
            }),
        ]);

    private static Figure PhasesFigure(WorldSeeds world)
    {
        var series = new List<Series>();
        foreach (var model in Each(world, "looped"))
        {
            ToyRow[] rows = [.. model.SpectrumRows];
            series.Add(new Line(
                "a seed", rows.Select(row => (double)row.Epoch), rows.Select(row => row.Spectrum!.Entropy))
            {
                Colour = Palette.Vermillion,
                Width = 0.8,
            });
            if (CourseClaims.Phases(model) is { } phases)
            {
                series.Add(new Points(
                    "turn",
                    phases.Cuts,
                    phases.Cuts.Select(epoch => rows.First(row => row.Epoch >= epoch).Spectrum!.Entropy))
                {
                    Colour = Palette.Black,
                });
            }
        }

        return new Figure(
            "Phases of Looped-Attn's entropy", new Panel(Epochs, new Axis("matrix entropy", "nats"), [.. series]));
    }

    private static IEnumerable<ToyModelResult> Each(WorldSeeds world, string model) =>
        world.Seeds.Select(seed => seed.Course.Model(model)).OfType<ToyModelResult>();

    private static double[] RowEpochs(WorldSeeds world) =>
        [.. world.Seeds.SelectMany(seed => seed.Course.Models).MaxBy(model => model.Rows.Count)!.Rows.Select(row => (double)row.Epoch)];
}
