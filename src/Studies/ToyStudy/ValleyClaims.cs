using System.Globalization;
using Looped.Analysis;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using static Looped.Studies.Statistics.Rules;

namespace Looped.Studies.ToyStudy;

/// <summary>The claims on the shape of valleys and on their spectra (C1, C2, A1), judged over seeds.</summary>
public static class ValleyClaims
{
    /// <summary>Assumption 1 holds if it does at more than this share of the epochs.</summary>
    private const double HoldingShare = 0.9;

    /// <summary>The three rows.</summary>
    public static IEnumerable<LedgerRow> Judge(WorldSeeds world) => [JudgeC1(world), JudgeC2(world), JudgeA1(world)];

    /// <summary>The condition number of a spectrum's valley, in decades; NaN without a valley.</summary>
    public static double LogCondition(double[] values, ValleyCriteria criteria) =>
        Math.Log10(ValleyGeometry.Measure(values, criteria).ConditionNumber);

    /// <summary>Assumption 1 at each epoch at which both models have a spectrum.</summary>
    public static IEnumerable<(int Epoch, AssumptionOne Test)> AssumptionOneOf(SeedResult seed, double threshold)
    {
        var looped = seed.Course.Model("looped")?.SpectrumRows.ToDictionary(row => row.Epoch) ?? [];
        foreach (var row in seed.Course.Model("single")?.SpectrumRows ?? [])
        {
            if (looped.TryGetValue(row.Epoch, out var other))
            {
                yield return (row.Epoch, AssumptionOne.Test(
                    row.Spectrum!.Values, other.Spectrum!.Values, seed.Settings.Valley, threshold));
            }
        }
    }

    private static LedgerRow JudgeC1(WorldSeeds world)
    {
        var plan = GeometryPlan.Of(world);
        var bound = Math.Log10(1 + plan.Delta);
        var intervals = Conditions(world, "single");
        return world.Row(
            "C1",
            "Single's valley is U-shaped: all its directions are of about the same curvature.",
            $"log10 of the condition number of Single's valley at the end, at epsilon {plan.Epsilons[^2]} ({List(plan, intervals)})",
            intervals[^2],
            $"Mean over the last 10 % of epochs. U-shaped: at most 1 + delta = {Text(1 + plan.Delta)}, {Text(bound)} decades. " +
            "Supported if the interval lies below that at each epsilon (relative to the largest eigenvalue); depends if at some.",
            All(intervals.Select(interval => Below(interval, bound))));
    }

    private static LedgerRow JudgeC2(WorldSeeds world)
    {
        var plan = GeometryPlan.Of(world);
        var bound = Math.Log10(plan.Threshold);
        var looped = Conditions(world, "looped");
        Interval[] differences =
        [
            .. plan.Epsilons.Select(epsilon =>
                Bootstrap.Difference(LateCondition(world, "looped", epsilon), LateCondition(world, "single", epsilon))),
        ];
        return world.Row(
            "C2",
            "Looped's valley is V-shaped: steep in some directions and flat in others, more so than Single's.",
            $"log10 of the condition number of Looped's valley at the end, at epsilon {plan.Epsilons[^2]} ({List(plan, looped)}; " +
            $"Looped less Single: {List(plan, differences)})",
            looped[^2],
            $"Mean over the last 10 % of epochs. V-shaped: at least {Text(plan.Threshold)}, {Text(bound)} decades. Supported if " +
            "at each epsilon (relative to the largest eigenvalue) the interval lies above that and the difference to Single " +
            "above zero; depends if only some of these hold.",
            All(looped.Select(interval => Above(interval, bound)).Concat(differences.Select(interval => Above(interval)))));
    }

    private static LedgerRow JudgeA1(WorldSeeds world)
    {
        var plan = GeometryPlan.Of(world);
        var dimension = plan.Thresholds.Select(threshold => Holding(world, threshold, test => test.Dimension)).ToList();
        var dominance = plan.Thresholds.Select(threshold => Holding(world, threshold, test => test.Dominance)).ToList();
        var thresholds = string.Join(", ", plan.Thresholds.Select(Text));
        return world.Row(
            "A1",
            "Assumption 1: Looped's valley has (a) more eigenvalues under a threshold than Single's, and (b) smaller ones, one " +
            "by one when sorted.",
            $"share of epochs at which (b) holds under {Text(plan.Thresholds[1])} (under {thresholds}: (a) " +
            $"{string.Join(", ", dimension)}; (b) {string.Join(", ", dominance)})",
            dominance[1],
            $"Each model's valley is cut at its own epsilon; thresholds {thresholds}, in the units of the Hessian. Epochs after " +
            "the first 10 %. (b) asks that Looped has a value for each of Single's. A part holds if the interval of its share " +
            $"of epochs lies above {Text(HoldingShare)}. Supported if both parts hold under every threshold; depends if only some do.",
            All(dimension.Concat(dominance).Select(interval => Above(interval, HoldingShare))));
    }

    private static Interval Holding(WorldSeeds world, double threshold, Func<AssumptionOne, bool> holds) =>
        Bootstrap.Mean(world.Each(seed =>
        {
            var late = AssumptionOneOf(seed, threshold).Where(found => found.Epoch > seed.Settings.Epochs / 10)
                .Select(found => holds(found.Test) ? 1.0 : 0).ToList();
            return late.Count == 0 ? double.NaN : late.Average();
        }));

    private static Interval[] Conditions(WorldSeeds world, string model) =>
        [.. GeometryPlan.Of(world).Epsilons.Select(epsilon => Bootstrap.Mean(LateCondition(world, model, epsilon)))];

    private static double[] LateCondition(WorldSeeds world, string model, double epsilon) => world.Each(seed =>
    {
        var late = (seed.Course.Model(model)?.SpectrumRows ?? [])
            .Where(row => row.Epoch > 0.9 * seed.Settings.Epochs)
            .Select(row => LogCondition(row.Spectrum!.Values, seed.GeometryPlan.Criteria(epsilon)))
            .Where(double.IsFinite).ToList();
        return late.Count == 0 ? double.NaN : late.Average();
    });

    private static string List(GeometryPlan plan, IEnumerable<Interval> intervals) => string.Join(
        "; ",
        plan.Epsilons.Zip(
            intervals, (epsilon, interval) => $"{epsilon.ToString("0e0", CultureInfo.InvariantCulture)}: {interval}"));

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
