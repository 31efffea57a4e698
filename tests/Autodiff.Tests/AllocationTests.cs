using Looped.Kernels;
using Looped.Kernels.Cpu;

namespace Looped.Autodiff.Tests;

/// <summary>Tests that count the allocations of the whole process, and so run alone.</summary>
[CollectionDefinition(nameof(CountsAllocations), DisableParallelization = true)]
public class CountsAllocations;

[Collection(nameof(CountsAllocations))]
public class AllocationTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    public void Derivatives_are_evaluated_without_allocating(int blocks, int threads)
    {
        var objective = AttentionLoss.Objective(blocks, contexts: 4);
        var theta = AttentionLoss.Theta(objective);
        var (size, backend) = (theta.Length, new CpuBackend());
        using var team = new WorkerTeam(threads);
        using var gradient = new GradientEvaluator(objective, backend, team);
        using var products = new HvpEvaluator(objective, 3, backend, team);
        using var hessian = new HessianEvaluator(objective, backend, team);
        var (g, v, hv, h) = (new double[size], new double[3 * size], new double[3 * size], new double[size * size]);
        Assert.Equal(0, BytesOf(() => gradient.Evaluate(theta, g)));
        Assert.Equal(0, BytesOf(() => products.Evaluate(theta, v, hv)));
        Assert.Equal(0, BytesOf(() => hessian.Evaluate(theta, h)));
    }

    /// <summary>Managed bytes of 100 runs on all threads.</summary>
    private static long BytesOf(Action run) => Allocations.OfProcess(() =>
    {
        for (var i = 0; i < 100; i++)
        {
            run();
        }
    });
}
