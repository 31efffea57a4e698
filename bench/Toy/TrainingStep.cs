using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Optimizers;

namespace Looped.Benchmarks;

/// <summary>A gradient over all data and a step of Adam, from given parameters on.</summary>
public sealed class TrainingStep : IDisposable
{
    /// <summary>The learning rate.</summary>
    public const double Rate = 1e-2;

    private readonly GradientEvaluator _gradients;
    private readonly double[] _gradient;
    private readonly Optimizer _adam;

    /// <summary>Compiles the step.</summary>
    public TrainingStep(Objective objective, ReadOnlySpan<double> theta, IBackend backend, WorkerTeam team)
    {
        _gradients = new GradientEvaluator(objective, backend, team);
        Theta = theta.ToArray();
        _gradient = new double[theta.Length];
        _adam = new Optimizer(new Adam(Rate), theta.Length, backend);
    }

    /// <summary>The parameters.</summary>
    public double[] Theta { get; }

    /// <summary>One step; the loss before it.</summary>
    public double Run()
    {
        var loss = _gradients.Evaluate(Theta, _gradient);
        _adam.Step(Theta, _gradient);
        return loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradients.Dispose();
        _adam.Dispose();
    }
}
