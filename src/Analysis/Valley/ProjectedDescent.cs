using Looped.Analysis.Curvature;
using Looped.Analysis.Dense;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Training;

namespace Looped.Analysis;

/// <summary>The part of the gradient that gradient descent follows.</summary>
public enum DescentPart
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>Dom: its projection on the dominant subspace.</summary>
    Dominant,

    /// <summary>Bulk: what the projection leaves.</summary>
    Bulk,
}

/// <summary>
/// Gradient descent on one part of the gradient (Song et al. 2024): on its projection on the span of the eigenvectors of
/// the k largest eigenvalues of the present Hessian, or off it. The two updates sum to that of gradient descent.
/// </summary>
public sealed class ProjectedDescent : IDisposable
{
    private readonly DescentPart _part;
    private readonly double _rate;
    private readonly GradientEvaluator _gradient;
    private readonly HessianEvaluator? _hessian;
    private readonly SymmetricEigensolver? _solver;
    private readonly double[] _matrix = [];
    private readonly double[] _values = [];
    private readonly double[] _vectors = [];
    private readonly double[] _theta;
    private readonly double[] _current;
    private readonly double[] _update;

    /// <summary>A descent from an initialisation.</summary>
    /// <param name="objective">The loss.</param>
    /// <param name="initial">Theta at the start, (P,).</param>
    /// <param name="rate">eta.</param>
    /// <param name="part">The part that is followed.</param>
    /// <param name="dominant">k: the dimension of the dominant subspace, from 0 to P.</param>
    /// <param name="backend">What runs the derivatives.</param>
    /// <param name="team">Threads.</param>
    public ProjectedDescent(
        Objective objective,
        ReadOnlySpan<double> initial,
        double rate,
        DescentPart part,
        int dominant,
        IBackend backend,
        WorkerTeam team)
    {
        var size = objective.Layout.Size;
        if (dominant < 0 || dominant > size)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dominant), $"The dominant subspace of {size} parameters has dimension 0 to {size}, not {dominant}.");
        }

        (_part, _rate, _theta) = (part, rate, initial.ToArray());
        (_current, _update) = (new double[size], new double[size]);
        _gradient = new GradientEvaluator(objective, backend, team);
        if (part != DescentPart.Whole)
        {
            _hessian = new HessianEvaluator(objective, backend, team);
            _solver = new SymmetricEigensolver(size, team);
            (_matrix, _values, _vectors) = (new double[size * size], new double[dominant], new double[dominant * size]);
        }

        Loss = _gradient.Evaluate(_theta, _current);
    }

    /// <summary>Steps made.</summary>
    public int Steps { get; private set; }

    /// <summary>The loss at theta.</summary>
    public double Loss { get; private set; }

    /// <summary>Theta.</summary>
    public ReadOnlySpan<double> Theta => _theta;

    /// <summary>Makes one step.</summary>
    /// <exception cref="DivergenceException">Loss, gradient or Hessian is not finite.</exception>
    public void Step()
    {
        _current.CopyTo(_update, 0);
        if (_hessian is not null)
        {
            _hessian.Evaluate(_theta, _matrix);
            DivergenceException.ThrowUnlessFinite(Steps, "Hessian", _matrix);
            SpectrumRecorder.Symmetrize(_matrix, _theta.Length);
            _solver!.Decompose(_matrix, _theta.Length - _values.Length, _values, _vectors);
            Project(_vectors, _part, _update);
        }

        Vectors.AddMultiple(-_rate, _update, _theta);
        Loss = _gradient.Evaluate(_theta, _current);
        Steps++;
        DivergenceException.ThrowUnlessFinite(Steps, "loss", [Loss]);
        DivergenceException.ThrowUnlessFinite(Steps, "gradient", _current);
    }

    /// <summary>Leaves one part of a vector, in place.</summary>
    /// <param name="dominant">Orthonormal rows that span the dominant subspace.</param>
    /// <param name="part">The part.</param>
    /// <param name="vector">(P,).</param>
    public static void Project(ReadOnlySpan<double> dominant, DescentPart part, Span<double> vector)
    {
        if (part == DescentPart.Whole)
        {
            return;
        }

        var projection = new double[vector.Length];
        var coordinates = new double[dominant.Length / vector.Length];
        Vectors.Multiply(dominant, vector, coordinates);
        Vectors.MultiplyTransposed(dominant, coordinates, projection);
        if (part == DescentPart.Dominant)
        {
            projection.CopyTo(vector);
        }
        else
        {
            Vectors.AddMultiple(-1, projection, vector);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradient.Dispose();
        _hessian?.Dispose();
    }
}
