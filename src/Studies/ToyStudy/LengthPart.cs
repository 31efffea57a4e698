using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Studies.ToyStudy;

/// <summary>Accuracies on sequences of one length, by all samples and by the simple ones (NaN where there are none).</summary>
/// <param name="Single">Single-Attn at the end of training; NaN where it diverged.</param>
/// <param name="Looped">Looped-Attn at the end of training; NaN where it diverged.</param>
/// <param name="Shift">SHIFT at its criterion's point; NaN where it diverged.</param>
/// <param name="LastToken">The best predictor that sees the last token.</param>
/// <param name="Bag">The best predictor that sees the bag of tokens and the last.</param>
/// <param name="Full">The best predictor that sees the full context.</param>
public sealed record LengthAccuracies(
    SimpleAccuracies Single,
    SimpleAccuracies Looped,
    SimpleAccuracies Shift,
    SimpleAccuracies LastToken,
    SimpleAccuracies Bag,
    SimpleAccuracies Full);

/// <summary>Sequences of one length and how the trained models do on them.</summary>
/// <param name="Length">Tokens of a sequence, context and target together.</param>
/// <param name="Matrix">Which transition matrix makes the last step, from 1; 0 where that is the sequence's own.</param>
/// <param name="SimpleShare">The share of simple sequences among the samples.</param>
/// <param name="Accuracies">Accuracies and ceilings.</param>
/// <param name="MeanInformation">Mean information content in bits.</param>
/// <param name="InformationDeviation">Its standard deviation in bits.</param>
/// <param name="Histogram">Samples by information content, in bins of <see cref="LengthPart.BinWidth"/> bits from 0.</param>
public sealed record LengthRow(
    int Length,
    int Matrix,
    double SimpleShare,
    LengthAccuracies Accuracies,
    double MeanInformation,
    double InformationDeviation,
    IReadOnlyList<double> Histogram);

/// <summary>Generalisation to longer sequences under one seed in one world.</summary>
/// <param name="LargestInformation">
/// The largest information content among the training sequences in bits: sequences up to it are simple.
/// </param>
/// <param name="Training">The training set itself.</param>
/// <param name="Rows">Fresh draws of each length, ascending.</param>
public sealed record LengthPart(double LargestInformation, LengthRow Training, IReadOnlyList<LengthRow> Rows)
{
    /// <summary>Bits of information content in a bin of the histograms.</summary>
    public const double BinWidth = 0.5;

    private const int AccuracyNumbers = 12;

    /// <summary>Stores the part; the training set is its first row.</summary>
    public void Write(SeedArchive archive)
    {
        LengthRow[] all = [Training, .. Rows];
        var bins = all.Max(row => row.Histogram.Count);
        archive.Put("largest information", LargestInformation);
        archive.Put("length", [.. all.Select(row => (long)row.Length)]);
        archive.Put("matrix", [.. all.Select(row => (long)row.Matrix)]);
        archive.Put("simple share", [.. all.Select(row => row.SimpleShare)]);
        archive.Put("mean information", [.. all.Select(row => row.MeanInformation)]);
        archive.Put("information deviation", [.. all.Select(row => row.InformationDeviation)]);
        archive.Put(
            "accuracies", new Shape(all.Length, AccuracyNumbers), [.. all.SelectMany(row => Numbers(row.Accuracies))]);
        archive.Put("histogram", new Shape(all.Length, bins), [.. all.SelectMany(row => Padded(row.Histogram, bins))]);
    }

    /// <summary>The part that an archive holds.</summary>
    /// <exception cref="InvalidDataException">It holds none, or not a whole one.</exception>
    public static LengthPart Read(SeedArchive archive)
    {
        var (lengths, matrices) = (archive.Integers("length"), archive.Integers("matrix"));
        var (shares, means) = (archive.Numbers("simple share"), archive.Numbers("mean information"));
        var (deviations, accuracies) = (archive.Numbers("information deviation"), archive.Numbers("accuracies"));
        var histogram = archive.Numbers("histogram");
        var bins = lengths.Length == 0 ? 0 : histogram.Length / lengths.Length;
        if (lengths.Length == 0 || accuracies.Length != lengths.Length * AccuracyNumbers ||
            new[] { matrices.Length, shares.Length, means.Length, deviations.Length }.Any(n => n != lengths.Length))
        {
            throw new InvalidDataException("The measurements of longer sequences are not whole.");
        }

        var rows = lengths.Select((length, i) => new LengthRow(
            (int)length,
            (int)matrices[i],
            shares[i],
            Accuracies(accuracies[(i * AccuracyNumbers)..((i + 1) * AccuracyNumbers)]),
            means[i],
            deviations[i],
            Trimmed(histogram[(i * bins)..((i + 1) * bins)]))).ToList();
        return new LengthPart(archive.Number("largest information"), rows[0], rows[1..]);
    }

    private static IEnumerable<double> Numbers(LengthAccuracies a) =>
        new[] { a.Single, a.Looped, a.Shift, a.LastToken, a.Bag, a.Full }
            .SelectMany(one => new[] { one.Total, one.Simple });

    private static LengthAccuracies Accuracies(double[] numbers)
    {
        SimpleAccuracies[] all = [.. numbers.Chunk(2).Select(pair => new SimpleAccuracies(pair[0], pair[1]))];
        return new LengthAccuracies(all[0], all[1], all[2], all[3], all[4], all[5]);
    }

    private static IEnumerable<double> Padded(IReadOnlyList<double> counts, int bins) =>
        counts.Concat(Enumerable.Repeat(0.0, bins - counts.Count));

    /// <summary>A histogram ends with the last bin that holds a sample.</summary>
    private static double[] Trimmed(double[] counts) => counts[..(Array.FindLastIndex(counts, count => count > 0) + 1)];
}
