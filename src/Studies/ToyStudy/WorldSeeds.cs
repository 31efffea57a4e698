using System.Globalization;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>All seeds of one world: what claims are judged on.</summary>
/// <param name="World">The kind of data.</param>
/// <param name="Seeds">One or more seeds, in their order.</param>
public sealed record WorldSeeds(StudyWorld World, IReadOnlyList<SeedResult> Seeds)
{
    /// <summary>The settings that all seeds share, by name, as they stand in the ledger.</summary>
    public IReadOnlyDictionary<string, string> Settings()
    {
        var shared = ToySettings.Options
            .Where(option => option.Name is not ("seed" or "threads" or "model"))
            .ToDictionary(option => option.Name, option => option.Get(Seeds[0].Settings));
        foreach (var option in MeasurementPlan.Options)
        {
            shared[option.Name] = option.Get(Seeds[0].Plan);
        }

        shared["world"] = World.Name;
        shared["seeds"] = string.Create(
            CultureInfo.InvariantCulture, $"{Seeds[0].Settings.Seed} to {Seeds[^1].Settings.Seed} ({Seeds.Count})");
        return shared;
    }

    /// <summary>
    /// A number of each seed, for one model; NaN where the seed did not measure it, or training diverged before.
    /// </summary>
    public double[] Each(Func<SeedResult, double> measure) => [.. Seeds.Select(measure)];

    /// <summary>A claim judged on these seeds.</summary>
    /// <param name="id">Short name of the claim.</param>
    /// <param name="statement">What is claimed.</param>
    /// <param name="statistic">What was measured, with its unit.</param>
    /// <param name="interval">The estimate.</param>
    /// <param name="rule">How it leads to the verdict, in words.</param>
    /// <param name="verdict">The verdict.</param>
    public LedgerRow Row(
        string id, string statement, string statistic, Interval interval, string rule, Verdict verdict) =>
        new(id, statement, statistic, interval.Value, interval.Low, interval.High, rule, verdict, Settings());
}
