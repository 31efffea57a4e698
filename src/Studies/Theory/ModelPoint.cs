using Looped.Analysis.Theory;
using Looped.Models.Attention;

namespace Looped.Studies.Theory;

/// <summary>Both models at one theta: passes on all contexts, and the closed-form gradients of samples and of the mean.</summary>
internal sealed class ModelPoint
{
    /// <summary>Runs both models.</summary>
    /// <param name="bench">World and models.</param>
    /// <param name="theta">(P,).</param>
    public ModelPoint(ModelBench bench, double[] theta)
    {
        (Bench, Theta) = (bench, theta);
        Weights = AttentionWeights.Of(theta, bench.Settings.Width);
        Single = Passes(bench.Single);
        Looped = Passes(bench.Looped);
    }

    /// <summary>World and models.</summary>
    public ModelBench Bench { get; }

    /// <summary>The parameters.</summary>
    public double[] Theta { get; }

    /// <summary>The matrices in them.</summary>
    public AttentionWeights Weights { get; }

    /// <summary>Single-Attn's pass on each context.</summary>
    public AttentionPass[] Single { get; }

    /// <summary>Looped-Attn's pass on each context.</summary>
    public AttentionPass[] Looped { get; }

    /// <summary>The passes of a model.</summary>
    public AttentionPass[] Of(ToyModelSettings model) => model.Architecture == ToyArchitecture.Single ? Single : Looped;

    /// <summary>The closed-form gradient of each distinct sample, states frozen.</summary>
    /// <param name="model">The model.</param>
    /// <param name="predictor">The model whose p stands in it; null for its own.</param>
    public double[][] SampleGradients(ToyModelSettings model, ToyModelSettings? predictor = null) =>
    [
        .. Bench.Samples.Select(sample => Of(model)[sample.Context].Gradient(
            Of(predictor ?? model)[sample.Context].Residual(Bench.TargetOf(sample)))),
    ];

    /// <summary>The closed-form gradient of the mean loss, states frozen.</summary>
    /// <param name="model">The model.</param>
    /// <param name="predictor">The model whose p stands in it; null for its own.</param>
    public double[] MeanGradient(ToyModelSettings model, ToyModelSettings? predictor = null)
    {
        var sum = new double[Theta.Length];
        for (var row = 0; row < Bench.Contexts.Count; row++)
        {
            var context = Bench.Contexts[row];
            var residual = Of(predictor ?? model)[row].Residual(context.Target);
            Vectors.Add(sum, context.Weight, Of(model)[row].Gradient(residual));
        }

        return sum;
    }

    private AttentionPass[] Passes(ToyModelSettings model) =>
        [.. Bench.Contexts.Select(context => new AttentionPass(model, Weights, context.Tokens))];
}
