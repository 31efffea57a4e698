using Looped.Analysis.Theory;

namespace Looped.Studies.Theory;

/// <summary>Lemma 3's residuals at one theta, on samples and on the mean loss.</summary>
internal sealed record PreconditionerResiduals(
    LemmaResiduals[] Samples, LemmaResiduals[] FullRank, LemmaResiduals[] Mean, double[] Definiteness)
{
    public static readonly PreconditionerResiduals None = new([], [], [], []);

    public static PreconditionerResiduals Of(ModelPoint point)
    {
        var (samples, fullRank, mean, definiteness) = (
            new List<LemmaResiduals>(), new List<LemmaResiduals>(), new List<LemmaResiduals>(), new List<double>());
        foreach (var matrix in Enum.GetValues<PreconditionedMatrix>())
        {
            var lemmas = point.Looped
                .Select(pass => new LoopPreconditioner(pass, point.Bench.Looped.Gate, matrix)).ToArray();
            definiteness.AddRange(lemmas.Select(lemma => lemma.Definiteness()));
            foreach (var sample in point.Bench.Samples)
            {
                var lemma = lemmas[sample.Context];
                var (single, looped) = InUnitsOfTheLast(
                    Cotangents(point, sample.Context, point.Bench.TargetOf(sample)));
                var residuals = new LemmaResiduals(
                    Residual(lemma, single, looped), Residual(lemma, looped, looped), Projected(lemma, looped));
                samples.Add(residuals);
                if (lemma.Rank == point.Bench.Settings.Width)
                {
                    fullRank.Add(residuals);
                }
            }

            mean.Add(OnTheMean(point, lemmas));
        }

        return new PreconditionerResiduals([.. samples], [.. fullRank], [.. mean], [.. definiteness]);
    }

    private static double Residual(LoopPreconditioner lemma, double[] single, double[] looped) =>
        Vectors.RelativeError(lemma.P.Apply(lemma.Single(single)), lemma.Looped(looped));

    private static double Projected(LoopPreconditioner lemma, double[] g)
    {
        var projected = lemma.Projector.Apply(g);
        return Residual(lemma, projected, projected);
    }

    /// <summary>g of Single-Attn and g of Looped-Attn on a context.</summary>
    private static (double[] Single, double[] Looped) Cotangents(ModelPoint point, int context, double[] target)
    {
        var (single, looped) = (point.Single[context], point.Looped[context]);
        return (single.Cotangent(single.Residual(target)), looped.Cotangent(looped.Residual(target)));
    }

    /// <summary>
    /// Both vectors over the last one's norm: residuals are relative, and where p has all but reached y their digits would be
    /// lost below the smallest normal number.
    /// </summary>
    private static (double[] Single, double[] Looped) InUnitsOfTheLast((double[] Single, double[] Looped) pair)
    {
        var norm = Vectors.Norm(pair.Looped);
        return (Vectors.Quotients(pair.Single, norm), Vectors.Quotients(pair.Looped, norm));
    }

    /// <summary>The mean preconditioner on the mean single gradient, against the mean looped one.</summary>
    private static LemmaResiduals OnTheMean(ModelPoint point, LoopPreconditioner[] lemmas)
    {
        var order = lemmas[0].P.Rows;
        var mean = new Matrix(order, order);
        var (own, shared, projected) = (new double[order], new double[order], new double[order]);
        var (looped, loopedProjected) = (new double[order], new double[order]);
        for (var row = 0; row < lemmas.Length; row++)
        {
            var (lemma, context) = (lemmas[row], point.Bench.Contexts[row]);
            var (ofSingle, ofLooped) = Cotangents(point, row, context.Target);
            var inRange = lemma.Projector.Apply(ofLooped);
            mean += context.Weight * lemma.P;
            Vectors.Add(own, context.Weight, lemma.Single(ofSingle));
            Vectors.Add(shared, context.Weight, lemma.Single(ofLooped));
            Vectors.Add(projected, context.Weight, lemma.Single(inRange));
            Vectors.Add(looped, context.Weight, lemma.Looped(ofLooped));
            Vectors.Add(loopedProjected, context.Weight, lemma.Looped(inRange));
        }

        return new LemmaResiduals(
            Vectors.RelativeError(mean.Apply(own), looped),
            Vectors.RelativeError(mean.Apply(shared), looped),
            Vectors.RelativeError(mean.Apply(projected), loopedProjected));
    }
}
