using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Optimizers;
using Looped.Models.Training;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Curvature;

/// <summary>
/// Hessians along the training of the models themselves: a few large values, and hundreds so near zero that divide and
/// conquer deflates nearly all.
/// </summary>
public class HessianSpectrumTests
{
    [Theory]
    [InlineData(ToyArchitecture.Single)]
    [InlineData(ToyArchitecture.Looped)]
    public void Hessians_along_training_are_decomposed(ToyArchitecture architecture)
    {
        var set = SequenceSet.Draw(
            new MarkovLanguage(3, Dynamics.Cyclic), length: 5, 200, alpha: 0.5, new Philox(5, "samples"));
        var settings = new ToyModelSettings(architecture, Width: 8);
        var objective = ToyObjective.Of(settings, Contexts.Distinct(set), ToyEmbedding.Random(2, 3, 8, 0));
        using var team = new WorkerTeam(2);
        var backend = new CpuBackend();
        using var trainer = new Trainer(
            objective, new Adam(0.02), ToyObjective.Initialize(settings, objective.Layout, 2), backend, team);
        using var hessian = new HessianEvaluator(objective, backend, team);
        var collector = new Collector(hessian);
        trainer.Run(60, collector, CancellationToken.None);

        foreach (var matrix in collector.Hessians)
        {
            var n = objective.Layout.Size;
            var trace = Enumerable.Range(0, n).Sum(i => matrix[i * n + i]);
            var square = matrix.Sum(x => x * x);
            foreach (var wide in new[] { false, true })
            {
                var solver = new SymmetricEigensolver(n, team, wide);
                var (values, alone, vectors) = (new double[n], new double[n], new double[n * n]);
                solver.Decompose(matrix, values, vectors);
                solver.Values(matrix, alone);
                EigenAssert.IsDecomposition(matrix, values, vectors);
                EigenAssert.ValuesAgree(values, alone);
                var largest = values.Max(Math.Abs);
                Assert.Equal(trace, values.Sum(), 10 * n * Matrices.Epsilon * largest);
                Assert.Equal(square, values.Sum(x => x * x), 10 * n * Matrices.Epsilon * square);
            }
        }
    }

    private sealed class Collector(HessianEvaluator evaluator) : ITrainingObserver
    {
        public List<double[]> Hessians { get; } = [];

        public void Observe(in TrainingState state)
        {
            if (state.Epoch is 0 or 5 or 60)
            {
                var n = state.Theta.Length;
                var matrix = new double[n * n];
                evaluator.Evaluate(state.Theta, matrix);
                Hessians.Add(Matrices.Symmetrized(matrix, n));
            }
        }
    }
}
