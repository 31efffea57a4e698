using Looped.Kernels;

namespace Looped.Autodiff.Tests;

/// <summary>Derivatives of an objective as plain functions of arrays.</summary>
internal static class Curvature
{
    /// <summary>The value and the gradient.</summary>
    public static (double Value, double[] Gradient) Gradient(Objective objective, double[] theta, int threads = 1)
    {
        using var team = new WorkerTeam(threads);
        using var evaluator = new GradientEvaluator(objective, PoisonedBackend.Cpu256, team);
        var gradient = new double[theta.Length];
        return (evaluator.Evaluate(theta, gradient), gradient);
    }

    /// <summary>Hessian times each row of some vectors, (K,P).</summary>
    public static double[] Products(Objective objective, double[] theta, double[] vectors, int threads = 1)
    {
        using var team = new WorkerTeam(threads);
        var count = vectors.Length / theta.Length;
        using var evaluator = new HvpEvaluator(objective, count, PoisonedBackend.Cpu256, team);
        var products = new double[vectors.Length];
        evaluator.Evaluate(theta, vectors, products);
        return products;
    }

    /// <summary>The full Hessian, (P,P).</summary>
    public static double[] Hessian(
        Objective objective, double[] theta, int threads = 1, long memoryBudget = 1L << 31)
    {
        using var team = new WorkerTeam(threads);
        using var evaluator = new HessianEvaluator(objective, PoisonedBackend.Cpu256, team, memoryBudget);
        var hessian = new double[theta.Length * theta.Length];
        evaluator.Evaluate(theta, hessian);
        return hessian;
    }

    /// <summary>The unit vectors as rows.</summary>
    public static double[] Identity(int size)
    {
        var identity = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            identity[(i * size) + i] = 1;
        }

        return identity;
    }
}
