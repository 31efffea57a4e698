using Looped.Kernels;

namespace Looped.Autodiff;

/// <summary>
/// Products of K directions a run with the generalised Gauss-Newton matrix <c>J' H J</c> of an objective
/// (<see cref="GaussNewton"/>). An evaluation allocates nothing.
/// </summary>
public sealed class GgnEvaluator : ProductEvaluator
{
    /// <summary>Compiles Gauss-Newton products.</summary>
    /// <param name="objective">The loss; its program has z among its outputs.</param>
    /// <param name="through">Name of z, usually the logits.</param>
    /// <param name="directions">K.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Who runs the blocks.</param>
    /// <param name="keeps">
    /// Whether what theta determines is kept for the next product at the same theta, in memory for every block of data.
    /// </param>
    /// <exception cref="ArgumentException">There is no output of this name, or the loss does not depend on it.</exception>
    public GgnEvaluator(
        Objective objective, string through, int directions, IBackend backend, WorkerTeam team, bool keeps = false)
        : base(objective, objective.Loss.GgnProduct(through, Axis(directions)), directions, backend, team, keeps)
    {
    }

    /// <summary>About how many bytes an evaluator will take, before anything is compiled.</summary>
    /// <param name="objective">The loss.</param>
    /// <param name="through">Name of z.</param>
    /// <param name="directions">K.</param>
    /// <param name="team">Who runs the blocks.</param>
    /// <param name="keeps">
    /// Whether what theta determines is kept for the next product at the same theta, in memory for every block of data.
    /// </param>
    /// <exception cref="ArgumentException">There is no output of this name, or the loss does not depend on it.</exception>
    public static long PredictBytes(
        Objective objective, string through, int directions, WorkerTeam team, bool keeps = false) =>
        Predict(objective, objective.Loss.GgnProduct(through, Axis(directions)), directions, team, keeps);
}
