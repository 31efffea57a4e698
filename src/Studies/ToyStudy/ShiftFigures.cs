using System.Globalization;
using Looped.Studies.Figures;
using Looped.Studies.Reports;
using Looped.Studies.Statistics;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>The figures and the table of SHIFT over the seeds of a world.</summary>
internal static class ShiftFigures
{
    /// <summary>What the table shows.</summary>
    public const string TableCaption =
        "Shift points: means over seeds with 95 % intervals. Accuracy and loss are means over the last 5 % of epochs. Drop: " +
        "training accuracy before the switch less that of Looped-Attn with the same parameters; recovery: median of the epochs " +
        "until it is back within 0.01, and the seeds where it comes back. Speed-up: Looped-Attn's cost to the last epoch over SHIFT's.";

    private const string ChosenLabel = "the criterion's point, a seed each";

    private static readonly Axis Epochs = new("epoch") { WholeNumbers = true };

    private static readonly Axis Point = new("shift point", "epochs of Single-Attn") { WholeNumbers = true };

    /// <summary>The figures; none where no seed measured SHIFT.</summary>
    public static IEnumerable<NamedFigure> Of(WorldSeeds world)
    {
        var parts = Parts(world);
        if (parts.Count == 0)
        {
            yield break;
        }

        yield return new(
            "shift-criterion",
            new Figure("When the criterion shifts", [
                Curve(parts, new Axis("validation loss", "nats"), part => part.ValidationLoss),
                Curve(parts, new Axis("gradient norm") { Scale = Scale.Log10 }, part => part.GradientNorm),
            ]) { Columns = 2, PanelWidth = 400, PanelHeight = 240, CommonLegend = LegendPlacement.Above },
            "What the criterion sees of Single-Attn: the loss on fresh draws of the training law, and the gradient's norm. Points: " +
            "under each seed the epoch at which the loss had reached its plateau, and, once the gradient had settled, the shift. " +
            SeedBand.Legend);
        yield return new(
            "shift-sweep",
            new Figure("Shift points", [
                Sweep(parts, new Axis("final accuracy"), (_, outcome) => outcome.Accuracy),
                Sweep(
                    parts,
                    new Axis("final accuracy less Looped's"),
                    (part, outcome) => outcome.Accuracy - part.LoopedAlone.Accuracy),
                Sweep(
                    parts,
                    new Axis("validation loss less Looped's", "nats") { Scale = Scale.SymmetricLog(0.01) },
                    (part, outcome) => outcome.ValidationLoss - part.LoopedAlone.ValidationLoss),
                Sweep(parts, new Axis("speed-up in counted operations"), (part, outcome) => part.SpeedUpInFlops(outcome.Point)),
                Sweep(parts, new Axis("speed-up in wall time"), (part, outcome) => part.SpeedUpInTime(outcome.Point)),
            ]) { Columns = 3, PanelWidth = 300, PanelHeight = 220, CommonLegend = LegendPlacement.Above },
            "Training accuracy at the end, as such and less that of Looped-Attn under the same seed, validation loss so, and Looped-Attn's cost to the last epoch over SHIFT's, by the epoch " +
            "of the shift: at 0 stands Looped-Attn alone, at the last epoch Single-Attn alone. Wall times are the medians of epochs " +
            "of both models, timed by turns, times the number of epochs of each. " + SeedBand.Legend);
        yield return new(
            "shift-switch",
            new Figure("Through the switch", [
                Course(world),
                Sweep(parts, new Axis("drop in accuracy at the switch"), (_, outcome) => outcome.Drop),
                Sweep(parts, new Axis("epochs until it is back"), (_, outcome) => outcome.Recovery),
            ]) { Columns = 3, PanelWidth = 300, PanelHeight = 240, CommonLegend = LegendPlacement.Above },
            "Training accuracy of SHIFT at its criterion's point beside both models alone; how much accuracy the switch costs, and " +
            "how many epochs pass until it is back within 0.01 of what it was (seeds where it never is are left out). " + SeedBand.Legend);
    }

    /// <summary>A row for each shift point; none where no seed measured SHIFT.</summary>
    public static Table Table(WorldSeeds world)
    {
        var parts = Parts(world);
        var points = parts.Count == 0 ? [] : parts[0].Sweep.Select(outcome => outcome.Point).ToList();
        return new Table(
            [
                "shift at epoch", "training accuracy", "validation accuracy", "validation loss (nats)", "drop", "recovery (epochs)",
                "speed-up, operations", "speed-up, wall time",
            ],
            [
                .. points.Select((point, i) => Row(
                    point == 0 ? "0: Looped-Attn alone"
                        : i == points.Count - 1 ? $"{point}: Single-Attn alone" : $"{point}",
                    part => part.Sweep[i])),
                Row("the criterion's", part => part.Chosen),
            ]);

        IReadOnlyList<Cell> Row(string title, Func<ShiftPart, ShiftOutcome> outcome) =>
        [
            title,
            .. new Func<ShiftPart, double>[]
            {
                part => outcome(part).Accuracy,
                part => outcome(part).ValidationAccuracy,
                part => outcome(part).ValidationLoss,
                part => outcome(part).Drop,
            }.Select(Mean),
            Recovery([.. parts.Select(part => outcome(part).Recovery)]),
            Mean(part => part.SpeedUpInFlops(outcome(part).Point)),
            Mean(part => part.SpeedUpInTime(outcome(part).Point)),
        ];

        Cell Mean(Func<ShiftPart, double> measure) =>
            Bootstrap.Mean(parts.Select(measure)) is { Count: > 0 } mean ? mean.ToString() : string.Empty;

        static Cell Recovery(double[] epochs)
        {
            double[] back = [.. epochs.Where(double.IsFinite).Order()];
            var switched = epochs.Count(each => !double.IsNaN(each));
            var median = back.Length == 0 ? string.Empty
                : Bootstrap.Quantile(back, 0.5).ToString("0.#", CultureInfo.InvariantCulture);
            return switched == 0 ? string.Empty : $"{median} ({back.Length} of {switched})";
        }
    }

    private static List<ShiftPart> Parts(WorldSeeds world) => [.. world.Seeds.Select(seed => seed.Shift).OfType<ShiftPart>()];

    private static Panel Curve(List<ShiftPart> parts, Axis y, Func<ShiftPart, IReadOnlyList<double>> curve) => new(
        Epochs,
        y,
        [
            .. SeedBand.Of("Single-Attn", Palette.Blue, EpochsOf(parts), [.. parts.Select(curve)]),
            Marks(parts, "plateau", Palette.Orange, part => part.Plateau, curve),
            Marks(parts, "shift", Palette.Black, part => part.Point, curve),
        ]);

    private static Points Marks(
        List<ShiftPart> parts,
        string label,
        Rgb colour,
        Func<ShiftPart, int?> epoch,
        Func<ShiftPart, IReadOnlyList<double>> curve)
    {
        var marked = parts.Where(part => epoch(part) is not null).ToList();
        return new Points(
            label, marked.Select(part => (double)epoch(part)!.Value), marked.Select(part => curve(part)[epoch(part)!.Value]))
        {
            Colour = colour,
        };
    }

    private static Panel Sweep(List<ShiftPart> parts, Axis y, Func<ShiftPart, ShiftOutcome, double> measure) => new(
        Point,
        y,
        [
            .. SeedBand.Of(
                "SHIFT",
                Palette.Green,
                [.. parts[0].Sweep.Select(outcome => (double)outcome.Point)],
                [.. parts.Select(part => part.Sweep.Select(outcome => measure(part, outcome)).ToArray())]),
            new Points(
                ChosenLabel,
                parts.Select(part => (double)part.Chosen.Point),
                parts.Select(part => measure(part, part.Chosen))) { Colour = Palette.Black },
        ]);

    private static Panel Course(WorldSeeds world)
    {
        var parts = Parts(world);
        return new Panel(
            Epochs,
            new Axis("training accuracy"),
            [
                .. CourseFigures.Models.SelectMany(model => SeedBand.Of(
                    model.Title,
                    model.Colour,
                    EpochsOf(parts),
                    [
                        .. world.Seeds.Select(seed => seed.Course.Model(model.Name)).OfType<ToyModelResult>()
                            .Select(found => found.Rows.Select(row => row.Accuracy.Total).ToArray()),
                    ])),
                .. SeedBand.Of("SHIFT", Palette.Green, EpochsOf(parts), [.. parts.Select(part => part.Accuracy)]),
            ]);
    }

    private static double[] EpochsOf(List<ShiftPart> parts) =>
        [.. Enumerable.Range(0, parts.Max(part => part.Epochs) + 1).Select(epoch => (double)epoch)];
}
