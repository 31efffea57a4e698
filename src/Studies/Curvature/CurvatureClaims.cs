using System.Globalization;
using Looped.Studies.Algorithmic;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using static Looped.Studies.Statistics.Rules;

namespace Looped.Studies.Curvature;

/// <summary>
/// The claims on valleys and spectra (C1, C2, O2a, O2b) for decoder blocks, judged over runs by the toy models' margins. Mutual
/// information of two Hessians that are never formed is not measured and not judged.
/// </summary>
internal static class CurvatureClaims
{
    /// <summary>delta: a condition number of at most 1 + delta is a U.</summary>
    private const double Delta = 1;

    /// <summary>A condition number of at least this is a V.</summary>
    private const double Threshold = 10;

    /// <summary>A range over mean up to this is flat.</summary>
    private const double FlatMargin = 0.10;

    /// <summary>A share of the eigenvalues above this is a spike.</summary>
    private const double SpikeShare = 0.5;

    /// <summary>Measurements that phases need, at least.</summary>
    private const int LeastForPhases = 20;

    /// <summary>The rows for which there are runs.</summary>
    public static IEnumerable<LedgerRow> Judge(IReadOnlyList<CurvatureFolder> runs)
    {
        var (single, looped) = (Of(runs, Paradigm.Single), Of(runs, Paradigm.Looped));
        if (single.Count > 0)
        {
            yield return JudgeC1(single);
            yield return JudgeO2a(single);
        }

        if (looped.Count > 0)
        {
            yield return JudgeC2(looped, single);
            yield return JudgeO2b(looped);
        }
    }

    private static LedgerRow JudgeC1(IReadOnlyList<CurvatureFolder> single)
    {
        var bound = Math.Log10(1 + Delta);
        var intervals = Conditions(single);
        return Row(
            single,
            "C1",
            "Single's valley is U-shaped: all its directions are of about the same curvature.",
            $"log10 of the condition number of Single's valley at the end, above 1e-3 of the largest eigenvalue ({List(intervals)})",
            intervals[1],
            $"Mean over measurements of the last 10 % of steps, then over runs. U-shaped: at most {Text(1 + Delta)}, {Text(bound)} " +
            "decades. Supported if the interval lies below that at each threshold; depends if at some.",
            All(intervals.Select(interval => Below(interval, bound))));
    }

    private static LedgerRow JudgeC2(IReadOnlyList<CurvatureFolder> looped, IReadOnlyList<CurvatureFolder> single)
    {
        var bound = Math.Log10(Threshold);
        var intervals = Conditions(looped);
        var pairs = looped.SelectMany(run => single.Where(other => other.Run.Seed == run.Run.Seed).Take(1)
            .Select(other => (Looped: run, Single: other))).ToList();
        Interval[] differences =
        [
            .. Enumerable.Range(0, intervals.Length).Select(i => Bootstrap.Difference(
                [.. pairs.Select(pair => Condition(pair.Looped, i))], [.. pairs.Select(pair => Condition(pair.Single, i))])),
        ];
        return Row(
            looped,
            "C2",
            "Looped's valley is V-shaped: steep in some directions and flat in others, more so than Single's.",
            $"log10 of the condition number of Looped's valley at the end, above 1e-3 of the largest eigenvalue ({List(intervals)}; " +
            $"Looped less Single of the same seed: {List(differences)})",
            intervals[1],
            $"Mean over measurements of the last 10 % of steps, then over runs. V-shaped: at least {Text(Threshold)}, {Text(bound)} " +
            "decades. Supported if at each threshold the interval lies above that and the difference to Single above zero; " +
            "depends if only some of these hold.",
            All(intervals.Select(interval => Above(interval, bound)).Concat(differences.Select(interval => Above(interval)))));
    }

    private static LedgerRow JudgeO2a(IReadOnlyList<CurvatureFolder> single)
    {
        var entropy = Bootstrap.Mean(single.Select(Range));
        var spike = Bootstrap.Mean(single.Select(run => Late(run).Select(record => record["near_zero_share"].Value)
            .DefaultIfEmpty(double.NaN).Average()));
        return Row(
            single,
            "O2a",
            "Single's spectrum is static after the start and dominated by a spike at zero; its entropy stays flat.",
            $"range of Single's entropy over its mean after the start (near-zero share at the end {spike})",
            entropy,
            $"After the first 10 % of steps: range over mean of the entropy at most {Text(FlatMargin)}, and over the last 10 % more " +
            $"than {Text(SpikeShare)} of the eigenvalues within {CurvatureRecord.NearZero.ToString(CultureInfo.InvariantCulture)} of " +
            "the largest magnitude. Supported if both intervals lie there; depends if only one does. Mutual information is not judged.",
            All(Below(entropy, FlatMargin), Above(spike, SpikeShare)));

        static double Range(CurvatureFolder run)
        {
            double[] late =
            [
                .. run.Records.Where(record => record.Step > run.Run.Resolve().Steps / 10)
                    .Select(record => record["entropy"].Value),
            ];
            return late.Length < 2 ? double.NaN : (late.Max() - late.Min()) / late.Average();
        }
    }

    private static LedgerRow JudgeO2b(IReadOnlyList<CurvatureFolder> looped)
    {
        var phases = looped.Where(run => run.Records.Count >= LeastForPhases).Select(run => EntropyPhases.Of(
            [.. run.Records.Select(record => (double)record.Step)],
            [.. run.Records.Select(record => record["entropy"].Value)])).ToList();
        var collapse = Share.Of(phases.Select(found => found.Collapse is not null));
        var diversification = Share.Of(phases.Select(found => found.Diversification is not null));
        var stabilisation = Share.Of(phases.Select(found => found.Stabilisation is not null));
        var all = Share.Of(phases.Select(found =>
            found is { Collapse: not null, Diversification: not null, Stabilisation: not null }));
        return Row(
            looped,
            "O2b",
            "Looped's spectrum collapses, diversifies and stabilises: entropy falls, rises and fluctuates, then settles.",
            $"share of runs with all three phases (collapse {collapse}, diversification {diversification}, stabilisation {stabilisation})",
            all,
            $"{EntropyPhases.Rule} A phase is there if the interval of the share of runs that show it (Wilson) lies above one half. " +
            $"Supported if all three hold; depends if only some do. Runs of fewer than {LeastForPhases} measurements do not count. " +
            "Mutual information is not judged.",
            All(Above(collapse, 0.5), Above(diversification, 0.5), Above(stabilisation, 0.5)));
    }

    private static IReadOnlyList<CurvatureFolder> Of(IReadOnlyList<CurvatureFolder> runs, Paradigm paradigm) =>
        [.. runs.Where(run => run.Run.Paradigm == paradigm)];

    private static IEnumerable<CurvatureRecord> Late(CurvatureFolder run) =>
        run.Records.Where(record => record.Step > 0.9 * run.Run.Resolve().Steps!.Value);

    private static Interval[] Conditions(IReadOnlyList<CurvatureFolder> runs) =>
        [.. Enumerable.Range(0, CurvatureRecord.Epsilons.Count).Select(i => Bootstrap.Mean(runs.Select(run => Condition(run, i))))];

    /// <summary>The condition number late in a run, in decades; NaN where none is measured.</summary>
    private static double Condition(CurvatureFolder run, int epsilon) => Late(run)
        .Select(record => Math.Log10(record.Condition(epsilon).Value)).Where(double.IsFinite)
        .DefaultIfEmpty(double.NaN).Average();

    private static string List(IEnumerable<Interval> intervals) => string.Join(
        "; ",
        CurvatureRecord.Epsilons.Zip(
            intervals, (epsilon, interval) => $"{epsilon.ToString("0e0", CultureInfo.InvariantCulture)}: {interval}"));

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static LedgerRow Row(
        IReadOnlyList<CurvatureFolder> runs,
        string id,
        string statement,
        string statistic,
        Interval interval,
        string rule,
        Verdict verdict) =>
        new(
            id,
            statement,
            statistic,
            interval.Value,
            interval.Low,
            interval.High,
            rule,
            verdict,
            CurvatureSettings.Defining.Select(option => KeyValuePair.Create(option.Name, option.Get(runs[0].Settings)))
                .Append(KeyValuePair.Create("task", runs[0].Run.Task.Name))
                .Append(KeyValuePair.Create("runs", $"{runs.Count}"))
                .Append(KeyValuePair.Create("model", $"width {runs[0].Run.Resolve().Width}, layers {runs[0].Run.Resolve().Layers}"))
                .ToDictionary());
}
