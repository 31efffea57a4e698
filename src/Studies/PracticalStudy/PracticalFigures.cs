using Looped.Studies.Algorithmic;
using Looped.Studies.Figures;
using Looped.Studies.Reports;
using Looped.Studies.Toy;
using Looped.Studies.ToyStudy;

namespace Looped.Studies.PracticalStudy;

/// <summary>The figures and the tables of a task over its seeds.</summary>
internal static class PracticalFigures
{
    /// <summary>What the table of costs shows.</summary>
    public const string CostCaption =
        "Cost to reach an accuracy: the mean over the seeds that reach it of the counted operations and the seconds of training up " +
        "to the first evaluation at which it was measured, and how many seeds reach it: within all lengths of training, measured " +
        "once the curriculum has come to the last, and beyond them. Evaluations and files are left out of the time.";

    /// <summary>What the table of ends shows.</summary>
    public const string EndCaption =
        "At the end of training: accuracy within and beyond the lengths of training, mean over lengths, and the cost of all steps; " +
        "means over seeds with 95 % intervals.";

    private static readonly Axis Steps = new("step") { WholeNumbers = true };

    private static readonly double[] Levels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

    private static readonly double[] TableLevels = [0.1, 0.5, 0.9, 0.99];

    /// <summary>The paradigms, how they are called, and their colours.</summary>
    private static readonly (Paradigm Paradigm, string Title, Rgb Colour)[] Models =
    [
        (Paradigm.Single, "Single-Attn", Palette.Blue),
        (Paradigm.Looped, "Looped-Attn", Palette.Vermillion),
        (Paradigm.Shift, "SHIFT", Palette.Green),
    ];

    private static readonly (string Title, Func<RunRecord, CurveRow, double> Of)[] Measured =
        [("within", (run, row) => run.Within(row)), ("beyond", (_, row) => row.Outside)];

    private static readonly (string Title, string Unit, Func<CurveRow, double> Of)[] Costs =
        [("counted operations", "FLOP", row => row.Flops), ("training time", "s", row => row.Seconds)];

    /// <summary>All figures of a task.</summary>
    public static IEnumerable<NamedFigure> Of(TaskSeeds task)
    {
        var longest = Models.SelectMany(model => task.Runs(model.Paradigm)).First().Longest;
        yield return new(
            "curves",
            new Figure("Accuracy along training", [
                Curves(task, "training", Training, row => row.Accuracy),
                Curves(task, "validation", run => run.Evaluations, row => row.Inside),
                Curves(task, "longer inputs", run => run.Evaluations, row => row.Outside),
            ]) { Columns = 3, PanelWidth = 260, PanelHeight = 200, SharedY = true, CommonLegend = LegendPlacement.Above },
            "Share of samples whose whole answer is right: in the batches since the evaluation before, on fresh samples of the lengths so far, and on " +
            "lengths beyond all of training. " + SeedBand.Legend);
        yield return new(
            "lengths",
            new Figure("Accuracy by length", new Panel(
                new Axis("length") { WholeNumbers = true },
                AccuracyAxis,
                [
                    .. Models.SelectMany(model => Band(
                        model, task.Runs(model.Paradigm), run => run.Lengths.Select((accuracy, i) => (i + 1.0, accuracy)))),
                    ReferenceLine.Vertical(longest, "longest in training"),
                ])) { PanelHeight = 240 },
            "At the end of training, each length on its own. " + SeedBand.Legend);
        yield return new(
            "cost",
            new Figure("Cost to reach an accuracy", [
                .. from measured in Measured from cost in Costs select Cost(task, measured, cost),
            ]) { Columns = 2, PanelWidth = 320, PanelHeight = 200, CommonLegend = LegendPlacement.Above },
            "Counted operations and seconds of training up to the first evaluation that measured the accuracy, within all lengths of " +
            "training (once the curriculum has come to the last) and beyond them; a seed that never reaches it is left out. " +
            SeedBand.Legend);
    }

    /// <summary>Accuracies and costs at the end, a row a paradigm.</summary>
    public static Table Ends(TaskSeeds task) => new(
        ["model", "within", "beyond", "counted operations", "seconds of training"],
        [
            .. Models.Where(model => task.Runs(model.Paradigm).Count > 0).Select(model => (IReadOnlyList<Cell>)
            [
                model.Title,
                task.Mean(model.Paradigm, run => run.Lengths.Take(run.Longest).Average()).ToString(),
                task.Mean(model.Paradigm, run => run.Generalisation).ToString(),
                task.Mean(model.Paradigm, run => run.Rows[^1].Flops).Value,
                task.Mean(model.Paradigm, run => run.Rows[^1].Seconds).Value,
            ]),
        ]);

    /// <summary>Costs to reach some accuracies, a row a paradigm and accuracy.</summary>
    public static Table CostTable(TaskSeeds task)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var (paradigm, title, _) in Models)
        {
            foreach (var (where, accuracy) in Measured)
            {
                foreach (var level in TableLevels)
                {
                    var costs = Costs.Select(cost => task.Runs(paradigm)
                        .Select(run => CostToReach.Of(run.Evaluations.Select(row => (cost.Of(row), accuracy(run, row))), level))
                        .Where(double.IsFinite)
                        .ToList()).ToList();
                    if (costs[0].Count > 0)
                    {
                        rows.Add(
                        [
                            title, where, level, costs[0].Average(), costs[1].Average(),
                            $"{costs[0].Count} of {task.Runs(paradigm).Count}",
                        ]);
                    }
                }
            }
        }

        return new Table(["model", "lengths", "accuracy", "counted operations", "seconds of training", "seeds"], rows);
    }

    /// <summary>At each evaluation the mean of the batches' accuracies since the one before.</summary>
    private static IEnumerable<CurveRow> Training(RunRecord run)
    {
        var (sum, count) = (0.0, 0);
        foreach (var row in run.Rows)
        {
            (sum, count) = (sum + row.Accuracy, count + 1);
            if (!double.IsNaN(row.Inside))
            {
                yield return row with { Accuracy = sum / count };
                (sum, count) = (0, 0);
            }
        }
    }

    private static Axis AccuracyAxis { get; } = new("accuracy") { Range = new AxisRange(0, 1.02) };

    private static Panel Curves(
        TaskSeeds task, string title, Func<RunRecord, IEnumerable<CurveRow>> rows, Func<CurveRow, double> accuracy) =>
        new(
            Steps,
            AccuracyAxis,
            [
                .. Models.SelectMany(model => Band(
                    model, task.Runs(model.Paradigm), run => rows(run).Select(row => ((double)row.Step, accuracy(row))))),
            ]) { Title = title };

    private static Panel Cost(
        TaskSeeds task,
        (string Title, Func<RunRecord, CurveRow, double> Of) measured,
        (string Title, string Unit, Func<CurveRow, double> Of) cost) =>
        new(
            new Axis($"accuracy {measured.Title}") { Range = new AxisRange(0, 1) },
            new Axis(cost.Title, cost.Unit) { Scale = Scale.Log10 },
            [
                .. Models.SelectMany(model => Band(
                    model,
                    task.Runs(model.Paradigm),
                    run => Levels.Select(level => (
                        level,
                        CostToReach.Of(run.Evaluations.Select(row => (cost.Of(row), measured.Of(run, row))), level))))),
            ]);

    /// <summary>The runs' curves as a band over all places that any of them has.</summary>
    private static IEnumerable<Series> Band(
        (Paradigm Paradigm, string Title, Rgb Colour) model,
        IReadOnlyList<RunRecord> runs,
        Func<RunRecord, IEnumerable<(double X, double Y)>> curve)
    {
        var curves = runs.Select(run => curve(run).ToDictionary(point => point.X, point => point.Y)).ToList();
        double[] places = [.. curves.SelectMany(points => points.Keys).Distinct().Order()];
        return SeedBand.Of(
            model.Title,
            model.Colour,
            places,
            [.. curves.Select(points => places.Select(place => points.GetValueOrDefault(place, double.NaN)).ToArray())]);
    }
}
