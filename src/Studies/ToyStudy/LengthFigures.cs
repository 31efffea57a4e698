using System.Globalization;
using Looped.Models.Data;
using Looped.Studies.Figures;
using Looped.Studies.Reports;
using Looped.Studies.Statistics;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>The figures and the table of longer sequences over the seeds of a world.</summary>
internal static class LengthFigures
{
    /// <summary>What the table shows.</summary>
    public const string TableCaption =
        "Sequences of each length (the paper's Table 1): the training set, then fresh draws of each length with the same matrices. " +
        "Simple: information content at most the largest in the training set. Means over seeds in per cent, with 95 % intervals " +
        "of the difference. Accuracies on simple sequences are means over the seeds where at least 1 % of the draws are simple.";

    private static readonly (string Label, Rgb Colour, Func<LengthAccuracies, SimpleAccuracies> Of)[] Lines =
    [
        .. CourseFigures.Models.Select(model => (
            model.Title,
            model.Colour,
            (Func<LengthAccuracies, SimpleAccuracies>)(accuracies =>
                model.Name == "single" ? accuracies.Single : accuracies.Looped))),
        ("SHIFT", Palette.Green, accuracies => accuracies.Shift),
    ];

    private static readonly (string Label, Rgb Colour, Func<LengthAccuracies, SimpleAccuracies> Of)[] Views =
    [
        ("best by last token", Palette.Orange, accuracies => accuracies.LastToken),
        ("best by bag and last token", Palette.Purple, accuracies => accuracies.Bag),
        ("best by full context", Palette.Black, accuracies => accuracies.Full),
    ];

    /// <summary>The figures; none where no seed measured longer sequences.</summary>
    public static IEnumerable<NamedFigure> Of(WorldSeeds world)
    {
        var parts = Parts(world);
        if (parts.Count == 0)
        {
            yield break;
        }

        bool?[] classes = parts[0].Rows.Any(row => row.Matrix != parts[0].Training.Matrix) ? [true, false] : [null];
        yield return new(
            "length-accuracy",
            new Figure("Accuracy by length of the sequences", [
                .. classes.SelectMany(trained => new[]
                {
                    Accuracy(parts, "all sequences", trained, (_, accuracy) => accuracy.Total),
                    Accuracy(parts, "simple sequences", trained, Simple),
                }),
            ])
            {
                Columns = 2,
                PanelWidth = 400,
                PanelHeight = 240,
                SharedY = true,
                CommonLegend = LegendPlacement.Above,
            },
            "Accuracy at the end of training on fresh draws of each length, with the best that each view of the context allows " +
            "(dashed, medians over seeds; on simple sequences, which are chosen with their target, a model can pass it). Simple: " +
            "information content at most the largest in the training set. " +
            (world.World.Positions
                ? "Terms of positions past training's are new draws of the same law, which no model has seen. "
                : string.Empty) +
            (classes.Length == 1 ? string.Empty
                : "Lengths whose last step uses the matrix that training's last step does stand apart from the others, of which " +
                "training says nothing. ") + SeedBand.Legend);
        yield return new(
            "length-information",
            Information(parts),
            "Information content of the sequences of each length, over the samples of all seeds. Dashed: the largest in the " +
            "training set, mean over seeds; sequences to its left are simple.");
    }

    /// <summary>The paper's Table 1; without rows where no seed measured longer sequences.</summary>
    public static Table Table(WorldSeeds world)
    {
        var parts = Parts(world);
        return new Table(
            [
                "sequences", "last step's matrix", "simple", "Single, simple", "Looped, simple", "SHIFT, simple", "best, simple",
                "Looped - Single, simple", "Single, all", "Looped, all", "SHIFT, all", "best by last", "best by bag", "best, all",
            ],
            parts.Count == 0 ? [] : Enumerable.Range(-1, parts[0].Rows.Count + 1).Select(Row));

        IReadOnlyList<Cell> Row(int index)
        {
            LengthRow[] rows = [.. parts.Select(part => index < 0 ? part.Training : part.Rows[index])];
            var difference = Bootstrap.Mean(
                rows.Select(row => 100 * (Simple(row, row.Accuracies.Looped) - Simple(row, row.Accuracies.Single))));
            return
            [
                index < 0 ? "training set" : string.Create(CultureInfo.InvariantCulture, $"length {rows[0].Length}"),
                rows[0].Matrix == 0 ? "its chain's" : string.Create(CultureInfo.InvariantCulture, $"{rows[0].Matrix}"),
                Mean(row => row.SimpleShare),
                Mean(row => Simple(row, row.Accuracies.Single)),
                Mean(row => Simple(row, row.Accuracies.Looped)),
                Mean(row => Simple(row, row.Accuracies.Shift)),
                Mean(row => Simple(row, row.Accuracies.Full)),
                difference.Count == 0 ? string.Empty : difference.HasEnds
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{difference.Value:0.0} [{difference.Low:0.0}, {difference.High:0.0}]")
                    : difference.Value.ToString("0.0", CultureInfo.InvariantCulture),
                Mean(row => row.Accuracies.Single.Total),
                Mean(row => row.Accuracies.Looped.Total),
                Mean(row => row.Accuracies.Shift.Total),
                Mean(row => row.Accuracies.LastToken.Total),
                Mean(row => row.Accuracies.Bag.Total),
                Mean(row => row.Accuracies.Full.Total),
            ];

            Cell Mean(Func<LengthRow, double> measure) =>
                Cell.Number(100 * rows.Select(measure).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average(), "0.0");
        }
    }

    /// <summary>The accuracy on simple sequences, where there are enough of them.</summary>
    private static double Simple(LengthRow row, SimpleAccuracies accuracies) =>
        row.SimpleShare >= LengthClaims.LeastShare ? accuracies.Simple : double.NaN;

    private static List<LengthPart> Parts(WorldSeeds world) =>
        [.. world.Seeds.Select(seed => seed.Lengths).OfType<LengthPart>()];

    private static Panel Accuracy(
        List<LengthPart> parts, string title, bool? trained, Func<LengthRow, SimpleAccuracies, double> measure)
    {
        // Seeds have the same lengths in the same order.
        var shown = parts[0].Rows
            .Select((row, i) => (row.Length, Index: i, Trained: row.Matrix == parts[0].Training.Matrix))
            .Where(row => trained is null || row.Trained == trained)
            .ToList();
        double[] lengths = [.. shown.Select(row => (double)row.Length)];
        return new Panel(
            new Axis("length") { Scale = Scale.Log10, Ticks = [.. lengths.Select(Tick.At)] },
            new Axis("accuracy") { Range = new AxisRange(0, 1) },
            [
                .. Views.Select(view =>
                {
                    var median = (Line)SeedBand.Of(view.Label, view.Colour, lengths, Curves(view.Of)).Last();
                    return median with { Style = LineStyle.Dashed, Width = 1.2 };
                }),
                .. Lines.SelectMany(line => SeedBand.Of(line.Label, line.Colour, lengths, Curves(line.Of))),
            ])
        {
            Title = trained switch
            {
                true => $"{title}, last matrix as in training",
                false => $"{title}, another last matrix",
                null => title,
            },
        };

        double[][] Curves(Func<LengthAccuracies, SimpleAccuracies> of) =>
        [
            .. parts.Select(part =>
                shown.Select(row => measure(part.Rows[row.Index], of(part.Rows[row.Index].Accuracies))).ToArray()),
        ];
    }

    private static Figure Information(List<LengthPart> parts)
    {
        var bound = parts.Average(part => part.LargestInformation);
        var bins = parts.Max(part => part.Rows.Max(row => row.Histogram.Count));
        double[] edges = [.. Enumerable.Range(0, bins + 1).Select(i => i * LengthPart.BinWidth)];
        return new Figure("Information content by length", [
            .. parts[0].Rows.Select((row, index) =>
            {
                var counts = new double[bins];
                foreach (var part in parts)
                {
                    var histogram = part.Rows[index].Histogram;
                    for (var i = 0; i < histogram.Count; i++)
                    {
                        counts[i] += histogram[i];
                    }
                }

                var total = counts.Sum();
                return new Panel(
                    new Axis("information content", "bits"),
                    new Axis("share of samples"),
                    [
                        new Histogram(null, edges, counts.Select(count => count / total)) { Colour = Palette.Blue },
                        ReferenceLine.Vertical(bound),
                    ])
                {
                    Title = string.Create(CultureInfo.InvariantCulture, $"length {row.Length}"),
                    Legend = LegendPlacement.None,
                };
            }),
        ])
        {
            Columns = 3,
            PanelWidth = 280,
            PanelHeight = 110,
            SharedX = true,
        };
    }
}
