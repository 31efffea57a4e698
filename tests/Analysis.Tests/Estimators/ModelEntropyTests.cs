using Looped.Analysis.Estimators;
using Looped.Analysis.Krylov;
using Looped.Analysis.Operators;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Gpt2;
using Looped.Models.Optimizers;
using Looped.Models.Training;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Estimators;

/// <summary>
/// What is estimated of models' Hessians that are never formed, against the same of the Hessians that still can be.
/// </summary>
public class ModelEntropyTests
{
    private static readonly CpuBackend Backend = new();

    [Theory]
    [InlineData(ToyArchitecture.Single)]
    [InlineData(ToyArchitecture.Looped)]
    public void Toy_models_have_the_entropy_of_their_spectra_before_and_behind_training(ToyArchitecture architecture)
    {
        var set = SequenceSet.Draw(
            new MarkovLanguage(3, Dynamics.Cyclic), length: 4, 300, alpha: 0.5, new Philox(5, "samples"));
        var settings = new ToyModelSettings(architecture, Width: 8);
        var objective = ToyObjective.Of(settings, Contexts.Distinct(set), ToyEmbedding.Random(2, 3, 8, 0));
        using var team = new WorkerTeam(2);
        var theta = ToyObjective.Initialize(settings, objective.Layout, 2);
        Agree(objective, theta, team);
        using var trainer = new Trainer(objective, new Adam(0.02), theta, Backend, team);
        var last = new LastTheta();
        trainer.Run(60, last, CancellationToken.None);
        Agree(objective, last.Theta, team);
    }

    [Fact]
    public void A_block_of_GPT2_of_a_thousand_parameters_has_the_entropy_of_its_spectrum()
    {
        var (objective, theta) = Block();
        Assert.InRange(theta.Length, 900, 1100);
        using var team = new WorkerTeam(2);
        Agree(objective, theta, team);
    }

    [Fact]
    public void Traces_of_all_layers_come_from_the_same_products()
    {
        var (objective, theta) = Block();
        using var team = new WorkerTeam(2);
        var exact = new double[theta.Length * theta.Length];
        using (var evaluator = new HessianEvaluator(objective, Backend, team))
        {
            evaluator.Evaluate(theta, exact);
        }

        using var hessian = new HessianOperator(objective, theta, Backend, team);
        var traces = TraceEstimators.ByParameter(hessian, objective.Layout, probes: 40, seed: 3);
        Assert.Equal(objective.Layout.Groups.Select(group => group.Name), traces.Select(trace => trace.Name));
        foreach (var (group, (_, trace)) in objective.Layout.Groups.Zip(traces))
        {
            var expected = Enumerable.Range(group.Offset, group.Size).Sum(i => exact[(i * theta.Length) + i]);
            Assert.InRange(expected, trace.Value - (2 * trace.Margin), trace.Value + (2 * trace.Margin));
        }

        var whole = TraceEstimators.Hutchinson(hessian, 40, seed: 3).Value;
        Assert.Equal(whole, traces.Sum(trace => trace.Trace.Value), 1e-11 * Math.Abs(whole));
        Assert.Throws<ArgumentException>(() =>
            TraceEstimators.ByParameter(new RestrictedOperator(hessian, (0, 3)), objective.Layout, 2));
    }

    private static void Agree(Objective objective, double[] theta, WorkerTeam team)
    {
        var values = Spectrum(objective, theta, team);
        using var hessian = new HessianOperator(objective, theta, Backend, team, directions: 8);
        var quadrature = StochasticLanczos.Run(hessian, new QuadratureOptions(Probes: 24, Steps: 80, Seed: 1, AtOnce: 8), team);
        var size = (double)theta.Length;

        // Twice the half width of a 95 % interval: less than one in a thousand lies outside.
        Covers(MatrixEntropy.Of(values), quadrature.Entropy());
        Covers(values.Sum(), quadrature.Trace());
        Covers(Math.Sqrt(values.Sum(x => x * x)), quadrature.FrobeniusNorm());
        Covers(values.Sum(x => Math.Max(0, -x)) / values.Sum(Math.Abs), quadrature.NegativeMass());
        Covers(values.Sum(), TraceEstimators.XTrace(hessian, 16, team: team));
        Covers(values.Sum(), TraceEstimators.HutchPlusPlus(hessian, 32, team: team));

        // And the intervals say something: the law of magnitudes is known to a small part of what it could be.
        Assert.InRange(quadrature.Entropy().Margin, 0, 0.1 * Math.Log(size));
        var pairs = BlockLanczos.Find(hessian, 4, SpectrumEnd.Top, new LanczosOptions(Block: 4), team);
        Assert.True(pairs.Converged);
        Assert.All(pairs.Values.Zip(values.Reverse()), pair => Assert.Equal(pair.Second, pair.First, 1e-10 * values[^1]));
        Assert.Equal(values[^1], quadrature.Highest, 1e-8 * values[^1]);
        Assert.Equal(values[0], quadrature.Lowest, 1e-8 * values[^1]);

        static void Covers(double exact, Estimate estimate) =>
            Assert.InRange(exact, estimate.Value - (2 * estimate.Margin), estimate.Value + (2 * estimate.Margin));
    }

    /// <summary>A looped block with weights that are not small.</summary>
    private static (Objective Objective, double[] Theta) Block()
    {
        var settings = new Gpt2Settings(Width: 8, Layers: 1, Heads: 2, Vocabulary: 6, Outputs: 6, Loops: 2);
        var random = new Philox(3, "data");
        int[] tokens = [.. Enumerable.Range(0, 64).Select(_ => random.NextInt(6))];
        int[] targets = [.. tokens.Select(_ => random.NextInt(7) - 1)];
        var objective = Gpt2Objective.Of(settings, tokens, targets, length: 8, block: 8);
        var theta = Gpt2Weights.Initialize(settings, 3).SelectMany(weights => weights).ToArray();
        return (objective, Array.ConvertAll(theta, value => value + (0.2 * random.NextNormal())));
    }

    private static double[] Spectrum(Objective objective, double[] theta, WorkerTeam team)
    {
        var matrix = new double[theta.Length * theta.Length];
        using var evaluator = new HessianEvaluator(objective, Backend, team);
        evaluator.Evaluate(theta, matrix);
        return SymmetricEigen.Values(Matrices.Symmetrized(matrix, theta.Length), theta.Length, team);
    }

    private sealed class LastTheta : ITrainingObserver
    {
        public double[] Theta { get; private set; } = [];

        public void Observe(in TrainingState state) => Theta = state.Theta.ToArray();
    }
}
