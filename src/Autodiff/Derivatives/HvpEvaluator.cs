using Looped.Kernels;

namespace Looped.Autodiff;

/// <summary>
/// Hessian-vector products of an objective for K directions a run, forward over reverse. An evaluation allocates
/// nothing.
/// </summary>
public sealed class HvpEvaluator : ProductEvaluator
{
    /// <summary>Compiles Hessian-vector products.</summary>
    /// <param name="objective">What is differentiated twice.</param>
    /// <param name="directions">K.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Who runs the blocks.</param>
    /// <param name="keeps">
    /// Whether what theta determines is kept for the next product at the same theta, in memory for every block of data.
    /// </param>
    public HvpEvaluator(Objective objective, int directions, IBackend backend, WorkerTeam team, bool keeps = false)
        : base(objective, objective.Loss.Hvp(Axis(directions)), directions, backend, team, keeps)
    {
    }

    /// <summary>About how many bytes an evaluator will take, before anything is compiled.</summary>
    /// <param name="objective">What is differentiated twice.</param>
    /// <param name="directions">K.</param>
    /// <param name="team">Who runs the blocks.</param>
    /// <param name="keeps">
    /// Whether what theta determines is kept for the next product at the same theta, in memory for every block of data.
    /// </param>
    public static long PredictBytes(Objective objective, int directions, WorkerTeam team, bool keeps = false) =>
        Predict(objective, objective.Loss.Hvp(Axis(directions)), directions, team, keeps);
}
