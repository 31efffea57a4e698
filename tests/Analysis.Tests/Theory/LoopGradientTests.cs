using FsCheck;
using FsCheck.Fluent;
using Looped.Analysis.Theory;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Theory;

/// <summary>Lemmas 1 and 2 against automatic differentiation, which knows nothing of them.</summary>
public class LoopGradientTests
{
    private static readonly WorkerTeam Team = new(1);

    [Fact]
    public void Lemma_1_is_the_gradient_of_Single_Attn() => Prop.ForAll(Worlds.Cases, world =>
    {
        var test = new Case(world.Seed, world.Size, loops: 3, gate: 1);
        return test.Error(test.Single, test.SingleSettings) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Lemma_2_is_the_gradient_of_Looped_Attn_with_its_states_frozen() => Prop.ForAll(Worlds.Cases, world =>
    {
        var test = new Case(world.Seed, world.Size, loops: 1 + (int)(world.Seed % 4), gate: 0.7);
        var frozen = Evaluate(FrozenLoops.Of(test.LoopedSettings, [(test.Looped, test.Target)]), test.Theta);
        return Vectors.RelativeError(test.Looped.Gradient(test.Looped.Residual(test.Target)), frozen) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void With_one_loop_nothing_is_dropped() => Prop.ForAll(Worlds.Cases, world =>
    {
        var test = new Case(world.Seed, world.Size, loops: 1, gate: 1.3);
        return test.Error(test.Looped, test.LoopedSettings) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void With_more_loops_the_full_gradient_is_another() => Prop.ForAll(Worlds.Cases, world =>
    {
        var test = new Case(world.Seed, world.Size, loops: 3, gate: 1);
        return test.Error(test.Looped, test.LoopedSettings) > 1e-6;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_pass_predicts_what_the_model_does()
    {
        var test = new Case(11, 5, loops: 3, gate: 0.8);
        using var predictor = new ToyPredictor(test.LoopedSettings, test.Context, 3, test.Embedding, new CpuBackend());
        var logits = predictor.Predict(test.Theta).ToArray();
        var powers = logits.Select(Math.Exp).ToArray();
        Assert.True(Vectors.RelativeError(test.Looped.Probabilities, Vectors.Scaled(1 / powers.Sum(), powers)) < 1e-13);
    }

    [Fact]
    public void Weights_and_their_vector_are_one()
    {
        var theta = Vectors.Normal(new Philox(1, "theta"), (3 * 16) + (3 * 4));
        Assert.Equal(theta, AttentionWeights.Of(theta, 4).ToVector());
    }

    private static double[] Evaluate(Objective objective, double[] theta)
    {
        using var evaluator = new GradientEvaluator(objective, new CpuBackend(), Team);
        var gradient = new double[theta.Length];
        evaluator.Evaluate(theta, gradient);
        return gradient;
    }

    /// <summary>Random weights, a random context and a random law of its target.</summary>
    private sealed class Case
    {
        public Case(ulong seed, int width, int loops, double gate)
        {
            var random = new Philox(seed, "case");
            (SingleSettings, LoopedSettings) = Worlds.Models(width, loops, gate);
            Embedding = ToyEmbedding.Random(seed, 3, width, 0);
            Context = [random.NextInt(3), random.NextInt(3), random.NextInt(3)];
            var weights = Worlds.Weights(random, width);
            Theta = weights.ToVector();
            var counts = Enumerable.Range(0, 3).Select(_ => random.NextDouble()).ToArray();
            Target = Vectors.Scaled(1 / counts.Sum(), counts);
            var tokens = Worlds.Tokens(Embedding, Context);
            Single = new AttentionPass(SingleSettings, weights, tokens);
            Looped = new AttentionPass(LoopedSettings, weights, tokens);
        }

        public ToyModelSettings SingleSettings { get; }

        public ToyModelSettings LoopedSettings { get; }

        public ToyEmbedding Embedding { get; }

        public int[] Context { get; }

        public double[] Theta { get; }

        public double[] Target { get; }

        public AttentionPass Single { get; }

        public AttentionPass Looped { get; }

        /// <summary>How far the closed form is from the model's own gradient.</summary>
        public double Error(AttentionPass pass, ToyModelSettings settings) => Vectors.RelativeError(
            pass.Gradient(pass.Residual(Target)),
            Evaluate(ToyObjective.Of(settings, Context, 3, Target, Embedding), Theta));
    }
}
