using System.Globalization;
using Looped.Studies.Algorithmic;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using static Looped.Studies.Statistics.Rules;

namespace Looped.Studies.PracticalStudy;

/// <summary>The claims on practical tasks (P0, P1, D1), judged over seeds, a task at a time.</summary>
public static class PracticalClaims
{
    /// <summary>An accuracy from here on is near 100 %.</summary>
    private const double Near = 0.95;

    /// <summary>An accuracy below is a failure on longer inputs.</summary>
    private const double Failure = 0.9;

    /// <summary>Accuracies that differ by at most this match.</summary>
    private const double Match = 0.05;

    /// <summary>A drop from here on is much, as below it is little in the toy study.</summary>
    private const double MuchDrop = 0.05;

    /// <summary>A recovery within this share of the steps is quick.</summary>
    private const double QuickShare = 0.05;

    private static readonly Paradigm[] Paradigms = Enum.GetValues<Paradigm>();

    /// <summary>The three rows of a task.</summary>
    public static IReadOnlyList<LedgerRow> Judge(TaskSeeds task) => [P0(task), P1(task), D1(task)];

    /// <summary>Accuracy within the lengths of training so far at the first evaluation in the second half of the steps.</summary>
    private static double Early(RunRecord run) => run.Evaluations.First(row => 2 * row.Step >= run.Steps).Inside;

    private static LedgerRow P0(TaskSeeds task)
    {
        var each = Paradigms.Select(paradigm => task.Mean(paradigm, Early)).ToList();
        var least = Enumerable.Range(0, task.SeedCount)
            .Select(seed => Paradigms.Min(paradigm => task.Each(paradigm, Early)[seed]));
        return task.Row(
            "P0",
            $"Every model is near 100 % in distribution early ({task.Task.Name}).",
            "accuracy within the lengths of training so far at half of the steps, the least of the three models (" +
            string.Join(", ", Paradigms.Zip(each, (paradigm, interval) => $"{Name(paradigm)} {interval}")) + ")",
            Bootstrap.Mean(least),
            $"Early means at the first evaluation in the second half of the steps. Supported if each model's interval lies above " +
            $"{Number(Near)}, not supported if none does; else it depends on the model.",
            All(each.Select(interval => Above(interval, Near))));
    }

    private static LedgerRow P1(TaskSeeds task)
    {
        var single = task.Mean(Paradigm.Single, Longer);
        var looped = task.Mean(Paradigm.Looped, Longer);
        var gap = task.Difference(Paradigm.Looped, Paradigm.Single, Longer);
        var shift = task.Difference(Paradigm.Shift, Paradigm.Looped, Longer);
        var saving = Bootstrap.Mean(
            task.Each(Paradigm.Shift, Flops).Zip(task.Each(Paradigm.Looped, Flops), (own, whole) => 1 - (own / whole)));
        return task.Row(
            "P1",
            $"Single fails on longer inputs, Looped does not, SHIFT matches Looped and is cheaper ({task.Task.Name}).",
            "mean accuracy at the end over all lengths beyond training up to test-to, Looped's less Single's " +
            $"(Single {single}, Looped {looped}, SHIFT less Looped {shift}, share of Looped's counted operations that SHIFT saves {saving})",
            gap,
            $"Supported if Looped's less Single's lies above 0, Single's below {Number(Failure)} and Looped's above it, SHIFT's less " +
            $"Looped's above -{Number(Match)}, and the saving above 0; not supported if none does; else it depends on the part. " +
            "Wall time is shown with the costs and not judged.",
            All(
                Above(gap), Below(single, Failure), Above(looped, Failure), Above(shift, -Match), Above(saving)));

        static double Longer(RunRecord run) => run.Generalisation;

        static double Flops(RunRecord run) => run.Rows[^1].Flops;
    }

    private static LedgerRow D1(TaskSeeds task)
    {
        var costs = task.Runs(Paradigm.Shift).Select(run => (run.Steps, Cost: SwitchCost.Of(run.Rows))).ToList();
        var switched = costs.Where(run => run.Cost is not null).Select(run => (run.Steps, Cost: run.Cost!)).ToList();
        var drop = Bootstrap.Mean(switched.Select(run => run.Cost.Drop));
        var recovery = Bootstrap.Mean(switched.Select(run => Math.Min(run.Cost.Recovery, run.Cost.Left) / run.Steps));
        return task.Row(
            "D1",
            $"Accuracy drops much at the switch and recovers quickly ({task.Task.Name}).",
            $"training accuracy of one pass before the switch, mean over {SwitchCost.Rows} rows of the metrics, less that of the " +
            $"first step that loops (share of all steps until it is back {recovery}; {switched.Count} of {costs.Count} seeds switched)",
            drop,
            $"Back means a mean over {SwitchCost.Rows} rows within {Number(SwitchCost.Margin)} of that before; a seed where it never " +
            $"is counts with all steps that were left. Supported if the drop lies above {Number(MuchDrop)} and the recovery below " +
            $"{Number(QuickShare)} of the steps; depends if one does. Seeds without a switch do not count.",
            All(Above(drop, MuchDrop), Below(recovery, QuickShare)));
    }

    private static string Name(Paradigm paradigm) => paradigm == Paradigm.Shift ? "SHIFT" : paradigm.ToString();

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
