using System.Globalization;
using Looped.Studies.Ledger;

namespace Looped.Studies.Toy;

/// <summary>
/// The claims O1, O2a and O2b judged on one run, by rules that were fixed before the numbers. One seed gives no interval:
/// the verdicts speak of this run.
/// </summary>
public static class ToyLedger
{
    /// <summary>A group's accuracy counts as learned at this share of its best.</summary>
    private const double LearnedShare = 0.95;

    /// <summary>A gain in accuracy that counts.</summary>
    private const double GainMargin = 0.05;

    /// <summary>A relative change of entropy or information that counts.</summary>
    private const double ChangeMargin = 0.10;

    /// <summary>A relative fall or rise of entropy that makes a phase.</summary>
    private const double PhaseMargin = 0.05;

    /// <summary>Eigenvalues of at most this share of the largest magnitude are near zero.</summary>
    private const double NearZero = 1e-3;

    /// <summary>Share of near-zero eigenvalues that makes a spike.</summary>
    private const double SpikeShare = 0.5;

    /// <summary>Share of its bound at which mutual information is high.</summary>
    private const double HighInformation = 0.9;

    /// <summary>Epochs, with a spectrum where that counts, that a verdict on a course of training needs.</summary>
    private const int EnoughEpochs = 20;

    private const string OneSeed = " One run: no interval over seeds.";

    /// <summary>The rows of the ledger.</summary>
    public static IReadOnlyList<LedgerRow> Judge(ToyResult result)
    {
        var settings = ToySettings.Options.ToDictionary(option => option.Name, option => option.Get(result.Settings));
        settings["epochs done"] = string.Join(
            ", ", result.Models.Select(model => $"{model.Name} {model.Rows.LastOrDefault()?.Epoch ?? 0}"));
        return
        [
            JudgeO1(result.Model("single"), result.Model("looped"), settings),
            JudgeO2a(result.Model("single"), settings),
            JudgeO2b(result.Model("looped"), settings),
        ];
    }

    /// <summary>
    /// The gain in high-information accuracy after low-information accuracy was learned: from the first epoch at which
    /// the latter reaches 95 % of its best to the mean of the last 5 % of epochs.
    /// </summary>
    private static double LateGain(IReadOnlyList<ToyRow> rows)
    {
        var best = rows.Max(row => row.Accuracy.Low);
        var learned = rows.First(row => row.Accuracy.Low >= LearnedShare * best);
        var end = rows.Skip(rows.Count - Math.Max(1, rows.Count / 20)).Average(row => row.Accuracy.High);
        return end - learned.Accuracy.High;
    }

    private static LedgerRow JudgeO1(
        ToyModelResult? single, ToyModelResult? looped, IReadOnlyDictionary<string, string> settings)
    {
        const string Statement =
            "Looped learns in two phases, simple sequences and then complex ones; Single plateaus after the simple ones.";
        var rule =
            "Late gain: high-IC accuracy at the end (mean of the last 5 % of epochs) less that at the first epoch where " +
            $"low-IC accuracy has reached {Percent(LearnedShare)} of its best. Supported if it is at least " +
            $"{GainMargin} for Looped and less for Single; depends if only one of the two holds." + OneSeed;
        if (single is null || looped is null || Math.Min(single.Rows.Count, looped.Rows.Count) < EnoughEpochs)
        {
            return Open("O1", Statement, "late gain of both models", rule, settings);
        }

        var (singleGain, loopedGain) = (LateGain(single.Rows), LateGain(looped.Rows));
        return new LedgerRow(
            "O1",
            Statement,
            $"late gain of Looped less that of Single, in accuracy (Looped {Number(loopedGain)}, Single {Number(singleGain)})",
            loopedGain - singleGain,
            double.NaN,
            double.NaN,
            rule,
            Weigh(loopedGain >= GainMargin, singleGain < GainMargin),
            settings);
    }

    private static LedgerRow JudgeO2a(ToyModelResult? single, IReadOnlyDictionary<string, string> settings)
    {
        const string Statement =
            "Single's spectrum is static after the start and dominated by a spike at zero; entropy and mutual " +
            "information stay flat.";
        var rule =
            $"After the first 10 % of epochs: range over mean of the entropy and of the mutual information at most {ChangeMargin}, " +
            $"and at the end at least {Percent(SpikeShare)} of the eigenvalues within {NearZero} of the largest magnitude. " +
            "Supported if all three hold, depends if some do." + OneSeed;
        if (single is null || single.SpectrumRows.Count() < EnoughEpochs)
        {
            return Open("O2a", Statement, "range of Single's entropy over its mean", rule, settings);
        }

        var rows = single.SpectrumRows.Where(row => row.Epoch > single.Rows[^1].Epoch / 10).ToList();
        var entropyRange = RelativeRange(rows.Select(row => row.Spectrum!.Entropy));
        var informationRange = RelativeRange(rows.Select(row => row.Spectrum!.Information));
        var values = rows[^1].Spectrum!.Values;
        var limit = NearZero * values.Max(Math.Abs);
        var spike = values.Count(value => Math.Abs(value) <= limit) / (double)values.Length;
        return new LedgerRow(
            "O2a",
            Statement,
            $"range of Single's entropy over its mean after the start (mutual information {Number(informationRange)}, " +
            $"near-zero share at the end {Percent(spike)})",
            entropyRange,
            double.NaN,
            double.NaN,
            rule,
            Weigh(entropyRange <= ChangeMargin, informationRange <= ChangeMargin, spike >= SpikeShare),
            settings);
    }

    private static LedgerRow JudgeO2b(ToyModelResult? looped, IReadOnlyDictionary<string, string> settings)
    {
        const string Statement =
            "Looped's spectrum collapses, diversifies and stabilises: entropy falls, rises and fluctuates, then settles; " +
            "mutual information ends high.";
        var rule =
            $"Collapse: entropy falls by at least {Percent(PhaseMargin)} of its start to a low point in the first half. " +
            $"Diversification: after it entropy rises by at least {Percent(PhaseMargin)} of its start. Stabilisation: over the " +
            $"last 10 % of epochs it varies by at most {Percent(PhaseMargin)} of its mean. High: mutual information is there on " +
            $"average at least {HighInformation} of its bound. Supported if all four hold, depends if some do." + OneSeed;
        if (looped is null || looped.SpectrumRows.Count() < EnoughEpochs)
        {
            return Open("O2b", Statement, "rise of Looped's entropy over its start", rule, settings);
        }

        var rows = looped.SpectrumRows.ToList();
        var start = rows[0].Spectrum!.Entropy;
        var low = rows.Take((rows.Count + 1) / 2).MinBy(row => row.Spectrum!.Entropy)!;
        var fall = (start - low.Spectrum!.Entropy) / start;
        var rise = (rows.Where(row => row.Epoch >= low.Epoch).Max(row => row.Spectrum!.Entropy) - low.Spectrum.Entropy) /
            start;
        var end = rows.Skip(rows.Count - Math.Max(2, rows.Count / 10)).ToList();
        var unrest = RelativeRange(end.Select(row => row.Spectrum!.Entropy));
        var information = end.Average(row => row.Spectrum!.Information / row.Spectrum.InformationBound);
        return new LedgerRow(
            "O2b",
            Statement,
            $"rise of Looped's entropy after its low point, over its start (fall {Number(fall)} to epoch {low.Epoch}, range at " +
            $"the end {Number(unrest)}, mutual information over its bound at the end {Number(information)})",
            rise,
            double.NaN,
            double.NaN,
            rule,
            Weigh(
                fall >= PhaseMargin,
                rise >= PhaseMargin,
                unrest <= PhaseMargin,
                information >= HighInformation),
            settings);
    }

    private static Verdict Weigh(params ReadOnlySpan<bool> parts)
    {
        var held = 0;
        foreach (var part in parts)
        {
            held += part ? 1 : 0;
        }

        return held == parts.Length ? Verdict.Supported : held == 0 ? Verdict.NotSupported : Verdict.Depends;
    }

    /// <summary>A claim on which this run measured too little.</summary>
    private static LedgerRow Open(
        string id, string statement, string statistic, string rule, IReadOnlyDictionary<string, string> settings) =>
        new(
            id,
            statement,
            statistic + " (not measured: too few epochs or spectra, or a model was not trained)",
            double.NaN,
            double.NaN,
            double.NaN,
            rule,
            Verdict.Depends,
            settings);

    private static double RelativeRange(IEnumerable<double> values)
    {
        double[] list = [.. values];
        return (list.Max() - list.Min()) / list.Average();
    }

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
