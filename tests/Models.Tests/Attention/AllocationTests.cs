using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;

namespace Looped.Models.Tests.Attention;

/// <summary>Tests that count the allocations of the whole process, and so run alone.</summary>
[CollectionDefinition(nameof(CountsAllocations), DisableParallelization = true)]
public class CountsAllocations;

[Collection(nameof(CountsAllocations))]
public class AllocationTests
{
    [Theory]
    [InlineData(ToyArchitecture.Single, 1)]
    [InlineData(ToyArchitecture.Looped, 1)]
    [InlineData(ToyArchitecture.Looped, 2)]
    public void Derivatives_of_the_toy_model_are_evaluated_without_allocating(ToyArchitecture architecture, int threads)
    {
        var test = new ToyCase(new ToyModelSettings(architecture, 4), 27, 3);
        var (objective, theta, size, backend) = (test.Blocks(9), test.Theta, test.Theta.Length, new CpuBackend());
        using var team = new WorkerTeam(threads);
        using var gradient = new GradientEvaluator(objective, backend, team);
        using var products = new HvpEvaluator(objective, 2, backend, team);
        using var hessian = new HessianEvaluator(objective, backend, team);
        var (g, v, hv, h) = (new double[size], new double[2 * size], new double[2 * size], new double[size * size]);
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
