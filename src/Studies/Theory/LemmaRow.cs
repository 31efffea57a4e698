using Looped.Analysis.Theory;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;

namespace Looped.Studies.Theory;

/// <summary>How far Lemma 3's preconditioned gradient is from the looped one: relative residuals, W_K and W_Q alike.</summary>
/// <param name="Own">As stated: each model with its own p.</param>
/// <param name="Shared">Both with the looped model's p.</param>
/// <param name="Projected">Both with that p, and g projected on the range for which the pseudo-inverse inverts.</param>
public readonly record struct LemmaResiduals(double Own, double Shared, double Projected);

/// <summary>Lemmas 1 to 3 at one theta.</summary>
/// <param name="Width">d.</param>
/// <param name="Seed">Seed of the world.</param>
/// <param name="Epoch">Epoch of Looped-Attn's training.</param>
/// <param name="SingleErrors">
/// Lemma 1: error of the closed form in W_K and W_Q, each sample, then the mean, relative to the largest gradient that a
/// residual <c>p - y</c> of length one has there: a gradient that is small since p has come near y, or since samples
/// cancel, has lost digits in any arithmetic. Where a logit exceeds one, its size counts too, since p inherits its rounding.
/// </param>
/// <param name="FrozenErrors">Lemma 2: the same against the gradient with states frozen, each sample.</param>
/// <param name="FullErrors">Lemma 2: relative error against the full gradient, each sample, then the mean.</param>
/// <param name="FullCosine">Cosine of Lemma 2's gradient and the full one, mean loss.</param>
/// <param name="NormRatio">Norm of Lemma 2's gradient over that of the full one, mean loss.</param>
/// <param name="Residuals">Lemma 3 on each sample and matrix; empty where it is not looked at.</param>
/// <param name="FullRankResiduals">The same, those samples alone whose M_0 has full column rank.</param>
/// <param name="MeanResiduals">Lemma 3 on the mean loss with the mean preconditioner, each matrix.</param>
/// <param name="Definiteness">Smallest eigenvalue of P's symmetric part over its norm, each context and matrix.</param>
public sealed record LemmaRow(
    int Width,
    ulong Seed,
    int Epoch,
    double[] SingleErrors,
    double[] FrozenErrors,
    double[] FullErrors,
    double FullCosine,
    double NormRatio,
    LemmaResiduals[] Residuals,
    LemmaResiduals[] FullRankResiduals,
    LemmaResiduals[] MeanResiduals,
    double[] Definiteness)
{
    /// <summary>Measures a point.</summary>
    /// <param name="epoch">Epoch of training.</param>
    /// <param name="point">Where.</param>
    /// <param name="withPreconditioner">Whether Lemma 3 is looked at.</param>
    /// <param name="team">A team of one thread.</param>
    internal static LemmaRow At(int epoch, ModelPoint point, bool withPreconditioner, WorkerTeam team)
    {
        var (bench, theta) = (point.Bench, point.Theta);
        var length = 2 * bench.Settings.Width * bench.Settings.Width;
        var frozen = point.SampleGradients(bench.Looped);
        var frozenMean = point.MeanGradient(bench.Looped);
        var fullMean = bench.MeanGradient(bench.Looped, theta);
        double[][] automatic;
        var samples = bench.Samples
            .Select(sample => (point.Looped[sample.Context], bench.TargetOf(sample))).ToList();
        using (var evaluator = new GradientEvaluator(FrozenLoops.Of(bench.Looped, samples), new CpuBackend(), team))
        {
            automatic = ModelBench.PerBlock(evaluator, samples.Count, theta);
        }

        var lemma = withPreconditioner ? PreconditionerResiduals.Of(point) : PreconditionerResiduals.None;
        return new LemmaRow(
            bench.Settings.Width,
            bench.Settings.Seed,
            epoch,
            [
                .. Errors(point.Single, point.SampleGradients(bench.Single), bench.SampleGradients(bench.Single, theta)),
                MeanError(point.Single, point.MeanGradient(bench.Single), bench.MeanGradient(bench.Single, theta)),
            ],
            [.. Errors(point.Looped, frozen, automatic)],
            [.. frozen.Zip(bench.SampleGradients(bench.Looped, theta), Error), Error(frozenMean, fullMean)],
            Vectors.Cosine(frozenMean.AsSpan(0, length), fullMean.AsSpan(0, length)),
            Vectors.Norm(frozenMean.AsSpan(0, length)) / Vectors.Norm(fullMean.AsSpan(0, length)),
            lemma.Samples,
            lemma.FullRank,
            lemma.Mean,
            lemma.Definiteness);

        IEnumerable<double> Errors(AttentionPass[] passes, double[][] found, double[][] expected)
        {
            double[] scales = [.. passes.Select(pass => GradientScale(pass, length))];
            return bench.Samples.Select((sample, i) =>
                Vectors.Distance(found[i].AsSpan(0, length), expected[i].AsSpan(0, length)) / scales[sample.Context]);
        }

        double MeanError(AttentionPass[] passes, double[] found, double[] expected) =>
            Vectors.Distance(found.AsSpan(0, length), expected.AsSpan(0, length)) /
            bench.Contexts.Zip(passes, (context, pass) => context.Weight * GradientScale(pass, length)).Sum();

        double Error(double[] found, double[] expected) =>
            Vectors.RelativeError(found.AsSpan(0, length), expected.AsSpan(0, length));
    }

    /// <summary>
    /// The norm of the map from residuals to gradients in the first numbers of theta, times the largest logit above one.
    /// </summary>
    private static double GradientScale(AttentionPass pass, int length)
    {
        var squares = 0.0;
        for (var symbol = 0; symbol < pass.Probabilities.Length; symbol++)
        {
            var residual = new double[pass.Probabilities.Length];
            residual[symbol] = 1;
            squares += Math.Pow(Vectors.Norm(pass.Gradient(residual).AsSpan(0, length)), 2);
        }

        return Math.Sqrt(squares) * Math.Max(1, pass.Logits.Max(Math.Abs));
    }
}
