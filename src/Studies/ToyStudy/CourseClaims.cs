using System.Globalization;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using Looped.Studies.Toy;
using static Looped.Studies.Statistics.Rules;

namespace Looped.Studies.ToyStudy;

/// <summary>
/// The claims on accuracy, spectra, entropy and mutual information through training (O1, O2a, O2b, M1), judged over
/// seeds.
/// </summary>
internal static class CourseClaims
{
    /// <summary>A group's accuracy counts as learned at this share of its best.</summary>
    private const double LearnedShare = 0.95;

    /// <summary>Gains in accuracy up to this are a plateau.</summary>
    private const double PlateauMargin = 0.05;

    /// <summary>A range over mean up to this is flat.</summary>
    private const double FlatMargin = 0.10;

    /// <summary>Eigenvalues of at most this share of the largest magnitude are near zero.</summary>
    private const double NearZero = 1e-3;

    /// <summary>A share of the eigenvalues above this is a spike.</summary>
    private const double SpikeShare = 0.5;

    /// <summary>Mutual information of at least this share of its bound is near it.</summary>
    private const double HighInformation = 0.9;

    /// <summary>The four rows.</summary>
    public static IEnumerable<LedgerRow> Judge(WorldSeeds world) =>
        [JudgeO1(world), JudgeO2a(world), JudgeO2b(world), JudgeM1(world)];

    /// <summary>The phases of a model's entropy; null where there are too few spectra.</summary>
    public static EntropyPhases? Phases(ToyModelResult? model)
    {
        ToyRow[] rows = [.. model?.SpectrumRows ?? []];
        return rows.Length < 20
            ? null
            : EntropyPhases.Of([.. rows.Select(row => (double)row.Epoch)], [.. rows.Select(row => row.Spectrum!.Entropy)]);
    }

    private static LedgerRow JudgeO1(WorldSeeds world)
    {
        var single = world.Each(seed => LateGain(seed.Course.Model("single")));
        var looped = world.Each(seed => LateGain(seed.Course.Model("looped")));
        var (ofSingle, ofLooped) = (Bootstrap.Mean(single), Bootstrap.Mean(looped));
        var difference = Bootstrap.Difference(looped, single);
        return world.Row(
            "O1",
            "Looped learns in two phases, simple sequences and then complex ones; Single plateaus after the simple ones.",
            $"late gain of Looped less that of Single, in accuracy (Looped {ofLooped}, Single {ofSingle})",
            difference,
            "Late gain: high-IC accuracy at the end (mean of the last 5 % of epochs) less that at the first epoch where low-IC " +
            $"accuracy has reached {Percent(LearnedShare)} of its best. Supported if Looped's gain and the difference are above " +
            $"zero and Single's lies within {PlateauMargin} of zero; depends if only some of the three hold.",
            All(Above(ofLooped), Above(difference), Inside(ofSingle, -PlateauMargin, PlateauMargin)));
    }

    private static LedgerRow JudgeO2a(WorldSeeds world)
    {
        var entropy = Bootstrap.Mean(world.Each(seed => Range(seed, row => row.Entropy)));
        var information = Bootstrap.Mean(world.Each(seed => Range(seed, row => row.Information)));
        var spike = Bootstrap.Mean(world.Each(seed => NearZeroShare(seed.Course.Model("single"))));
        return world.Row(
            "O2a",
            "Single's spectrum is static after the start and dominated by a spike at zero; entropy and mutual information stay flat.",
            $"range of Single's entropy over its mean after the start (mutual information {information}, near-zero share at " +
            $"the end {spike})",
            entropy,
            $"After the first 10 % of epochs: range over mean of the entropy and of the mutual information at most {FlatMargin}, " +
            $"and at the end more than {Percent(SpikeShare)} of the eigenvalues within {NearZero} of the largest magnitude. " +
            "Supported if all three intervals lie there; depends if only some do.",
            All(Below(entropy, FlatMargin), Below(information, FlatMargin), Above(spike, SpikeShare)));

        static double Range(SeedResult seed, Func<Analysis.Curvature.SpectrumRow, double> measure)
        {
            if (seed.Course.Model("single") is not { } model)
            {
                return double.NaN;
            }

            var late = model.SpectrumRows.Where(row => row.Epoch > model.Rows[^1].Epoch / 10)
                .Select(row => measure(row.Spectrum!))
                .ToList();
            return late.Count < 2 ? double.NaN : (late.Max() - late.Min()) / late.Average();
        }
    }

    private static LedgerRow JudgeO2b(WorldSeeds world)
    {
        var phases = world.Seeds.Select(seed => Phases(seed.Course.Model("looped"))).OfType<EntropyPhases>().ToList();
        var collapse = Share.Of(phases.Select(found => found.Collapse is not null));
        var diversification = Share.Of(phases.Select(found => found.Diversification is not null));
        var stabilisation = Share.Of(phases.Select(found => found.Stabilisation is not null));
        var all = Share.Of(phases.Select(found =>
            found is { Collapse: not null, Diversification: not null, Stabilisation: not null }));
        var information = Bootstrap.Mean(world.Each(seed => LateInformation(seed.Course.Model("looped"))));
        return world.Row(
            "O2b",
            "Looped's spectrum collapses, diversifies and stabilises: entropy falls, rises and fluctuates, then settles; mutual " +
            "information ends high.",
            $"share of seeds with all three phases (collapse {collapse}, diversification {diversification}, " +
            $"stabilisation {stabilisation}; mutual information over its bound at the end {information})",
            all,
            $"{EntropyPhases.Rule} A phase is there if the interval of the share of seeds that show it (Wilson) lies above one " +
            $"half; mutual information is high if its mean over the last 10 % of epochs is above {HighInformation} of its bound. " +
            "Supported if all four hold; depends if only some do.",
            All(
                Above(collapse, 0.5),
                Above(diversification, 0.5),
                Above(stabilisation, 0.5),
                Above(information, HighInformation)));
    }

    private static LedgerRow JudgeM1(WorldSeeds world)
    {
        var single = Bootstrap.Mean(world.Each(seed => LateInformation(seed.Course.Model("single"))));
        var looped = Bootstrap.Mean(world.Each(seed => LateInformation(seed.Course.Model("looped"))));
        return world.Row(
            "M1",
            "Both models' mutual information ends near its bound.",
            $"mutual information over its bound at the end, Looped (Single {single})",
            looped,
            $"Mean over the last 10 % of epochs. Supported if both intervals lie above {HighInformation}; depends if one does.",
            All(Above(single, HighInformation), Above(looped, HighInformation)));
    }

    /// <summary>
    /// The gain in high-information accuracy after low-information accuracy was learned: from the first epoch at which the
    /// latter reaches 95 % of its best to the mean of the last 5 % of epochs.
    /// </summary>
    private static double LateGain(ToyModelResult? model)
    {
        if (model is not { Rows: { Count: >= 20 } rows })
        {
            return double.NaN;
        }

        var best = rows.Max(row => row.Accuracy.Low);
        var learned = rows.First(row => row.Accuracy.Low >= LearnedShare * best);
        return rows.Skip(rows.Count - Math.Max(1, rows.Count / 20)).Average(row => row.Accuracy.High) - learned.Accuracy.High;
    }

    private static double NearZeroShare(ToyModelResult? model)
    {
        if (model?.SpectrumRows.LastOrDefault()?.Spectrum is not { } last)
        {
            return double.NaN;
        }

        var limit = NearZero * last.Values.Max(Math.Abs);
        return last.Values.Count(value => Math.Abs(value) <= limit) / (double)last.Values.Length;
    }

    private static double LateInformation(ToyModelResult? model)
    {
        ToyRow[] rows = [.. model?.SpectrumRows ?? []];
        return rows.Length < 20
            ? double.NaN
            : rows.Skip(rows.Length - (rows.Length / 10)).Average(row => row.Spectrum!.Information / row.Spectrum.InformationBound);
    }

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
