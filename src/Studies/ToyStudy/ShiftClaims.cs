using System.Globalization;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using static Looped.Studies.Statistics.Rules;

namespace Looped.Studies.ToyStudy;

/// <summary>The claims on SHIFT (S1, D1), judged over seeds.</summary>
internal static class ShiftClaims
{
    /// <summary>An accuracy that is at most this much lower is reached.</summary>
    private const double AccuracyMargin = 0.01;

    /// <summary>A drop in accuracy below this is little.</summary>
    private const double LittleDrop = 0.05;

    /// <summary>A recovery within this share of the epochs is quick.</summary>
    private const double QuickShare = 0.05;

    /// <summary>The rows; none where no seed measured SHIFT.</summary>
    public static IEnumerable<LedgerRow> Judge(WorldSeeds world) =>
        world.Seeds.Any(seed => seed.Shift is not null) ? [JudgeS1(world), JudgeD1(world)] : [];

    private static LedgerRow JudgeS1(WorldSeeds world)
    {
        var reached = Mean(world, shift => shift.Chosen.Accuracy - shift.LoopedAlone.Accuracy);
        var flops = Mean(world, shift => 1 - (1 / shift.SpeedUpInFlops(shift.Chosen.Point)));
        var late = Mean(world, shift => shift.Latest.Accuracy - shift.Chosen.Accuracy);
        var chosen = Share.Of(world.Seeds.Where(seed => seed.Shift is not null).Select(seed => seed.Shift!.Point is not null));
        var latest = world.Seeds.First(seed => seed.Shift is not null).Shift!.Latest.Point;
        return world.Row(
            "S1",
            "SHIFT reaches Looped's accuracy at lower cost; switching at once or very late is worse.",
            "final training accuracy of SHIFT at its criterion's point less that of Looped alone (share of Looped's counted " +
            $"operations that it saves: {flops}; accuracy of a shift at epoch {latest} less that at the criterion's: {late}; share " +
            $"of seeds under which the criterion chose a point: {chosen}, the others stay Single)",
            reached,
            "Accuracy is the mean of the last 5 % of epochs, cost is to the last epoch. Supported if the difference lies above " +
            $"-{Number(AccuracyMargin)}, the saving of counted operations above 0, and the latest switch of the sweep ends lower " +
            "in accuracy than the criterion's; depends if only some hold. A switch at once is Looped itself, so that the first two " +
            "say that it is worse: dearer and no more accurate. Wall time is shown with the shift points and not judged.",
            All(Above(reached, -AccuracyMargin), Above(flops), Below(late)));
    }

    private static LedgerRow JudgeD1(WorldSeeds world)
    {
        var drop = Mean(world, shift => shift.Chosen.Drop);
        var recovery = Mean(
            world, shift => Math.Min(shift.Chosen.Recovery, shift.Epochs - shift.Chosen.Point) / shift.Epochs);
        var switched = world.Seeds.Select(seed => seed.Shift).OfType<ShiftPart>()
            .Where(shift => !double.IsNaN(shift.Chosen.Recovery))
            .ToList();
        var recovered = Share.Of(switched.Select(shift => double.IsFinite(shift.Chosen.Recovery)));
        return world.Row(
            "D1",
            "Accuracy drops at the switch, little on toy data, and recovers quickly.",
            $"training accuracy of Single at the criterion's point less that of Looped with the same parameters (share of the " +
            $"epochs until it is back {recovery}; share of seeds in which it comes back {recovered})",
            drop,
            $"Back means within {Number(ShiftOutcome.RecoveryMargin)} of the accuracy before; a seed where it never comes back " +
            $"counts with all epochs that were left. Supported if the drop is above 0 and below {Number(LittleDrop)} and the " +
            $"recovery takes less than {Number(QuickShare)} of the epochs; depends if only some hold. Seeds without a switch do " +
            "not count.",
            All(Above(drop), Below(drop, LittleDrop), Below(recovery, QuickShare)));
    }

    private static Interval Mean(WorldSeeds world, Func<ShiftPart, double> measure) =>
        Bootstrap.Mean(world.Each(seed => seed.Shift is { } shift ? measure(shift) : double.NaN));

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
