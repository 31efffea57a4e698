using System.Globalization;
using Looped.Models.Tasks;
using Looped.Studies.Algorithmic;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;

namespace Looped.Studies.PracticalStudy;

/// <summary>All finished runs of one task: what claims are judged on.</summary>
public sealed class TaskSeeds
{
    private readonly Dictionary<(Paradigm, ulong), RunRecord> _runs;
    private readonly List<ulong> _seeds;

    /// <summary>The runs of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="runs">One or more, each of another paradigm or seed.</param>
    public TaskSeeds(AlgorithmicTask task, IEnumerable<RunRecord> runs)
    {
        Task = task;
        _runs = runs.ToDictionary(run => (run.Settings.Paradigm, run.Settings.Seed));
        _seeds = [.. _runs.Keys.Select(key => key.Item2).Distinct().Order()];
    }

    /// <summary>The task.</summary>
    public AlgorithmicTask Task { get; }

    /// <summary>Number of seeds with a finished run.</summary>
    public int SeedCount => _seeds.Count;

    /// <summary>The tasks of some runs.</summary>
    public static IReadOnlyList<TaskSeeds> Of(IEnumerable<RunRecord> runs) =>
        [.. runs.GroupBy(run => run.Settings.Task).Select(group => new TaskSeeds(group.Key, group))];

    /// <summary>The finished runs of a paradigm, seed by seed.</summary>
    public IReadOnlyList<RunRecord> Runs(Paradigm paradigm) => [.. _seeds.Select(seed => Run(paradigm, seed)).OfType<RunRecord>()];

    /// <summary>A number of each seed for a paradigm; NaN where its run is not finished.</summary>
    public double[] Each(Paradigm paradigm, Func<RunRecord, double> measure) =>
        [.. _seeds.Select(seed => Run(paradigm, seed) is { } run ? measure(run) : double.NaN)];

    /// <summary>The mean over seeds of a number for a paradigm.</summary>
    public Interval Mean(Paradigm paradigm, Func<RunRecord, double> measure) => Bootstrap.Mean(Each(paradigm, measure));

    /// <summary>The mean over seeds of the difference of a number under two paradigms.</summary>
    public Interval Difference(Paradigm left, Paradigm right, Func<RunRecord, double> measure) =>
        Bootstrap.Difference(Each(left, measure), Each(right, measure));

    /// <summary>A claim judged on this task.</summary>
    public LedgerRow Row(string id, string statement, string statistic, Interval interval, string rule, Verdict verdict)
    {
        var first = _runs.Values.First().Settings;
        var settings = AlgorithmicSettings.Options
            .Where(option => option.Name is not ("seed" or "threads" or "paradigm"))
            .ToDictionary(option => option.Name, option => option.Get(first.Resolve()));
        settings["seeds"] = string.Create(CultureInfo.InvariantCulture, $"{_seeds[0]} to {_seeds[^1]} ({_seeds.Count})");
        return new LedgerRow(id, statement, statistic, interval.Value, interval.Low, interval.High, rule, verdict, settings);
    }

    private RunRecord? Run(Paradigm paradigm, ulong seed) => _runs.GetValueOrDefault((paradigm, seed));
}
