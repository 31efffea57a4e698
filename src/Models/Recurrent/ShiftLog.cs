using Looped.Models.Training;

namespace Looped.Models.Recurrent;

/// <summary>
/// What SHIFT's criterion has seen, all of it, so that a run that goes on elsewhere can show it the same again.
/// </summary>
public sealed class ShiftLog
{
    private readonly ShiftByCriterion _plan;
    private readonly ShiftWatch _watch;
    private readonly List<double> _losses = [];
    private readonly List<double> _norms = [];
    private readonly List<double> _stepNorms = [];

    /// <summary>A log before the first step.</summary>
    public ShiftLog(ShiftByCriterion plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (_plan, _watch) = (plan, plan.Criterion.Watch());
    }

    /// <summary>A log that goes on from one that was stored.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="losses">Validation losses of the epochs so far.</param>
    /// <param name="norms">Gradient norms of the epochs so far.</param>
    /// <param name="stepNorms">Gradient norms of the steps of the epoch that has begun.</param>
    /// <exception cref="ArgumentException">There are not as many norms as losses.</exception>
    public ShiftLog(
        ShiftByCriterion plan, IReadOnlyList<double> losses, IReadOnlyList<double> norms, IReadOnlyList<double> stepNorms)
        : this(plan)
    {
        if (losses.Count != norms.Count)
        {
            throw new ArgumentException($"{losses.Count} losses and {norms.Count} norms are not of the same epochs");
        }

        _stepNorms.AddRange(stepNorms);
        for (var epoch = 0; epoch < losses.Count; epoch++)
        {
            Show(losses[epoch], norms[epoch]);
        }
    }

    /// <summary>Validation losses of the epochs so far.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>Gradient norms of the epochs so far.</summary>
    public IReadOnlyList<double> Norms => _norms;

    /// <summary>Gradient norms of the steps of the epoch that has begun.</summary>
    public IReadOnlyList<double> StepNorms => _stepNorms;

    /// <summary>The step after which loops begin; null before the criterion is met.</summary>
    public long? Shift => _watch.Shift is { } epoch ? (epoch + 1L) * _plan.Epoch : null;

    /// <summary>Takes the gradient norm of a step.</summary>
    /// <returns>Whether an epoch is full, and its validation loss is due.</returns>
    public bool Add(double norm)
    {
        _stepNorms.Add(norm);
        return _stepNorms.Count == _plan.Epoch;
    }

    /// <summary>Ends an epoch.</summary>
    /// <param name="validationLoss">The loss of one pass on the validation set.</param>
    public void EndEpoch(double validationLoss)
    {
        Show(validationLoss, _stepNorms.Average());
        _stepNorms.Clear();
    }

    private void Show(double loss, double norm)
    {
        _losses.Add(loss);
        _norms.Add(norm);
        _watch.Observe(_losses.Count - 1, loss, norm);
    }
}
