using Looped.Autodiff;
using Looped.Kernels;

namespace Looped.Analysis.Operators;

/// <summary>The exact Hessian of an objective: products forward over reverse, nothing formed, nothing approximated.</summary>
public sealed class HessianOperator : ModelOperator
{
    /// <summary>Compiles Hessian-vector products and checks that they repeat.</summary>
    /// <param name="objective">What is differentiated twice.</param>
    /// <param name="theta">(P,): where.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Who runs the blocks.</param>
    /// <param name="directions">
    /// Directions of a batch, fewer where the budget asks for it; 0 for those that serve a model of its size.
    /// </param>
    /// <param name="memoryBudget">Bytes that compiled programs and buffers may take.</param>
    /// <exception cref="InvalidOperationException">
    /// Not even one direction fits the budget, or two products with one vector differ.
    /// </exception>
    public HessianOperator(
        Objective objective,
        ReadOnlySpan<double> theta,
        IBackend backend,
        WorkerTeam team,
        int directions = 0,
        long memoryBudget = UsualBudget)
        : base(
            "Hessian",
            theta,
            directions,
            memoryBudget,
            (count, keeps) => HvpEvaluator.PredictBytes(objective, count, team, keeps),
            (count, keeps) => new HvpEvaluator(objective, count, backend, team, keeps))
    {
    }
}

/// <summary>
/// The generalised Gauss-Newton matrix <c>J' H J</c> of an objective through an intermediate value z, usually the logits:
/// positive semidefinite where the loss is convex in z, and the Fisher matrix of the model's own law where the loss is a
/// cross-entropy.
/// </summary>
public sealed class GaussNewtonOperator : ModelOperator
{
    /// <summary>Compiles Gauss-Newton products and checks that they repeat.</summary>
    /// <param name="objective">The loss; its program has z among its outputs.</param>
    /// <param name="through">Name of z.</param>
    /// <param name="theta">(P,): where.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Who runs the blocks.</param>
    /// <param name="directions">
    /// Directions of a batch, fewer where the budget asks for it; 0 for those that serve a model of its size.
    /// </param>
    /// <param name="memoryBudget">Bytes that compiled programs and buffers may take.</param>
    /// <exception cref="ArgumentException">There is no output of this name.</exception>
    /// <exception cref="InvalidOperationException">
    /// Not even one direction fits the budget, or two products with one vector differ.
    /// </exception>
    public GaussNewtonOperator(
        Objective objective,
        string through,
        ReadOnlySpan<double> theta,
        IBackend backend,
        WorkerTeam team,
        int directions = 0,
        long memoryBudget = UsualBudget)
        : base(
            "Gauss-Newton matrix",
            theta,
            directions,
            memoryBudget,
            (count, keeps) => GgnEvaluator.PredictBytes(objective, through, count, team, keeps),
            (count, keeps) => new GgnEvaluator(objective, through, count, backend, team, keeps))
    {
    }
}
