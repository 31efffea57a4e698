using Looped.Analysis;
using Looped.Analysis.Theory;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;

namespace Looped.Studies.Theory;

/// <summary>The two readings of 'river' on the exact Hessian of a toy model at one epoch of its training.</summary>
/// <param name="Model"><c>single</c> or <c>looped</c>.</param>
/// <param name="Seed">Seed of the world.</param>
/// <param name="Epoch">Epoch of its training.</param>
/// <param name="Readings">One for each threshold of <see cref="Thresholds"/>.</param>
public sealed record RiverRow(string Model, ulong Seed, int Epoch, IReadOnlyList<RiverReadings> Readings)
{
    /// <summary>Thresholds between valley and river, in units of the largest eigenvalue.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [1e-3, 1e-2, 1e-1];

    /// <summary>Measures a model at theta.</summary>
    internal static RiverRow At(ModelBench bench, ToyModelSettings model, int epoch, double[] theta, WorkerTeam team)
    {
        using var evaluator = new HessianEvaluator(bench.Objective(model), new CpuBackend(), team);
        var hessian = new double[theta.Length * theta.Length];
        evaluator.Evaluate(theta, hessian);
        var decomposition = SymmetricEigen.Decompose(hessian, theta.Length);
        var gradient = bench.MeanGradient(model, theta);
        return new RiverRow(
            model.Architecture.ToString().ToLowerInvariant(),
            bench.Settings.Seed,
            epoch,
            [.. Thresholds.Select(threshold => RiverReadings.Of(decomposition, gradient, new ValleyCriteria(1, 10, threshold)))]);
    }
}
