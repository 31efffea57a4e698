using Looped.Analysis.Theory;

namespace Looped.Studies.Theory;

/// <summary>Which of theta's matrices an alignment is over.</summary>
public enum AlignedPart
{
    /// <summary>W_K.</summary>
    Key,

    /// <summary>W_Q.</summary>
    Query,

    /// <summary>W_K and W_Q: what Theorem 3 speaks of.</summary>
    Attention,

    /// <summary>All parameters.</summary>
    All,
}

/// <summary>Which gradients an alignment compares.</summary>
public enum AlignedGradient
{
    /// <summary>Each model's own; the looped one with states frozen, as in the theorem.</summary>
    Frozen,

    /// <summary>Each model's own; the looped one in full.</summary>
    Full,

    /// <summary>States frozen, and both models with the looped model's p, as the proof has it.</summary>
    OneP,
}

/// <summary>The angle between Single-Attn's and Looped-Attn's gradients at one theta.</summary>
/// <param name="Part">Over which matrices.</param>
/// <param name="Gradient">Which gradients.</param>
/// <param name="Mean">Cosine of the gradients of the mean loss.</param>
/// <param name="Samples">Distinct samples with a gradient in both models.</param>
/// <param name="Negative">How many of them have gradients that do not point the same way.</param>
/// <param name="Lowest">The smallest cosine of a sample.</param>
/// <param name="Average">The average cosine of the samples.</param>
public readonly record struct Alignment(
    AlignedPart Part, AlignedGradient Gradient, double Mean, int Samples, int Negative, double Lowest, double Average);

/// <summary>Theorem 3 at one theta.</summary>
/// <param name="Case">How theta was come by: <c>nearly diagonal</c>, or the model whose training passed it.</param>
/// <param name="Seed">Seed of the world.</param>
/// <param name="Epoch">Epoch of training; -1 without.</param>
/// <param name="Conditions">What the theorem assumes, measured there.</param>
/// <param name="Alignments">One for each part and both looped gradients.</param>
public sealed record AlignmentRow(
    string Case, ulong Seed, int Epoch, AlignmentConditions Conditions, IReadOnlyList<Alignment> Alignments)
{
    /// <summary>The alignment of a part.</summary>
    public Alignment Of(AlignedPart part, AlignedGradient gradient) =>
        Alignments.Single(a => a.Part == part && a.Gradient == gradient);

    /// <summary>Measures a point.</summary>
    internal static AlignmentRow At(string name, ulong seed, int epoch, ModelPoint point)
    {
        var bench = point.Bench;
        var single = (Mean: bench.MeanGradient(bench.Single, point.Theta), Samples: point.SampleGradients(bench.Single));
        var frozen = (Mean: point.MeanGradient(bench.Looped), Samples: point.SampleGradients(bench.Looped));
        var full = (
            Mean: bench.MeanGradient(bench.Looped, point.Theta),
            Samples: bench.SampleGradients(bench.Looped, point.Theta));
        var oneP = (
            Mean: point.MeanGradient(bench.Single, bench.Looped),
            Samples: point.SampleGradients(bench.Single, bench.Looped));
        var alignments = new List<Alignment>();
        foreach (var part in Enum.GetValues<AlignedPart>())
        {
            foreach (var (gradient, first, looped) in new[]
            {
                (AlignedGradient.Frozen, single, frozen),
                (AlignedGradient.Full, single, full),
                (AlignedGradient.OneP, oneP, frozen),
            })
            {
                double[] cosines =
                [
                    .. first.Samples.Zip(looped.Samples, (s, l) => Cosine(part, s, l)).Where(c => !double.IsNaN(c)),
                ];
                alignments.Add(new Alignment(
                    part,
                    gradient,
                    Cosine(part, first.Mean, looped.Mean),
                    cosines.Length,
                    cosines.Count(cosine => !(cosine > 0)),
                    cosines.DefaultIfEmpty(double.NaN).Min(),
                    cosines.DefaultIfEmpty(double.NaN).Average()));
            }
        }

        return new AlignmentRow(
            name, seed, epoch, AlignmentConditions.Of(point.Weights, point.Looped), alignments);

        double Cosine(AlignedPart part, double[] a, double[] b)
        {
            var square = bench.Settings.Width * bench.Settings.Width;
            var range = part switch
            {
                AlignedPart.Query => ..square,
                AlignedPart.Key => square..(2 * square),
                AlignedPart.Attention => ..(2 * square),
                _ => ..a.Length,
            };
            return Vectors.Cosine(a.AsSpan(range), b.AsSpan(range));
        }
    }
}
