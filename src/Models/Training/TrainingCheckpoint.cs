using Looped.Autodiff;
using Looped.Models.Optimizers;

namespace Looped.Models.Training;

/// <summary>All that training goes on from.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Theta">Parameters, (P,).</param>
/// <param name="Optimizer">The optimizer's state; null for one that has made no step.</param>
public sealed record TrainingCheckpoint(int Epoch, double[] Theta, OptimizerState? Optimizer)
{
    /// <summary>
    /// The same point of training for another model that shares parameters with this one, by name: those go over as they
    /// are, with their part of the optimizer's state and its number of steps; parameters that are new start at
    /// <paramref name="initial"/>, with a state of zeros.
    /// </summary>
    /// <param name="from">How this theta is laid out.</param>
    /// <param name="to">How the other model's is.</param>
    /// <param name="initial">An initialisation of the other model, (P',).</param>
    /// <param name="keepsOptimizer">Whether the optimizer's state goes over; otherwise the optimizer starts anew.</param>
    /// <exception cref="ArgumentException">A parameter has another size there, or a vector is not of its layout.</exception>
    public TrainingCheckpoint Carry(
        ParameterLayout from, ParameterLayout to, ReadOnlySpan<double> initial, bool keepsOptimizer = true) => new(
        Epoch,
        Layouts.Carry(from, Theta, to, initial),
        keepsOptimizer ? Optimizer?.Carry(from, to) : null);
}
