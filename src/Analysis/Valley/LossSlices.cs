using Looped.Analysis.Dense;
using Looped.Autodiff;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>The loss along lines and in planes through a point of parameter space. What is not finite stays so.</summary>
public sealed class LossSlices : IDisposable
{
    private readonly GradientEvaluator _loss;
    private readonly double[] _theta;
    private readonly double[] _gradient;

    /// <summary>Slices of an objective.</summary>
    /// <param name="objective">The loss.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Threads for the blocks of the objective.</param>
    public LossSlices(Objective objective, IBackend backend, WorkerTeam team)
    {
        _loss = new GradientEvaluator(objective, backend, team);
        (_theta, _gradient) = (new double[objective.Layout.Size], new double[objective.Layout.Size]);
    }

    /// <summary>The loss at <c>centre + offset direction</c> for each offset.</summary>
    public double[] Line(ReadOnlySpan<double> centre, ReadOnlySpan<double> direction, ReadOnlySpan<double> offsets)
    {
        var losses = new double[offsets.Length];
        for (var i = 0; i < losses.Length; i++)
        {
            centre.CopyTo(_theta);
            Vectors.AddMultiple(offsets[i], direction, _theta);
            losses[i] = _loss.Evaluate(_theta, _gradient);
        }

        return losses;
    }

    /// <summary>The loss at <c>centre + x first + y second</c>, a row for each y and a column for each x, row-major.</summary>
    public double[] Plane(
        ReadOnlySpan<double> centre,
        ReadOnlySpan<double> first,
        ReadOnlySpan<double> second,
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y)
    {
        var losses = new double[y.Length * x.Length];
        var start = new double[centre.Length];
        for (var row = 0; row < y.Length; row++)
        {
            centre.CopyTo(start);
            Vectors.AddMultiple(y[row], second, start);
            Line(start, first, x).CopyTo(losses, row * x.Length);
        }

        return losses;
    }

    /// <inheritdoc/>
    public void Dispose() => _loss.Dispose();
}
