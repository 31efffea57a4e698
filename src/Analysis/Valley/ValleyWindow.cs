using Looped.Analysis.Curvature;
using Looped.Analysis.Dense;
using Looped.Kernels;
using Looped.Models.Training;

namespace Looped.Analysis;

/// <summary>What a window of training did in the valley and river of its first step.</summary>
/// <param name="Epoch">The first epoch.</param>
/// <param name="ValleySize">Dimension of the valley.</param>
/// <param name="Hopping">
/// Changes of sign of the updates' valley coordinates over pairs of neighbouring steps, the mean over coordinates.
/// </param>
/// <param name="HoppingRates">The same of each valley coordinate, the least curved first.</param>
/// <param name="RiverPath">Length of the path along the river: the sum over steps of the norms of their parts in it.</param>
/// <param name="RiverDisplacement">Norm of the river's part of where the window led.</param>
/// <param name="FreeRiverPath">The path without the structural null space.</param>
/// <param name="FreeRiverDisplacement">The displacement without the structural null space.</param>
/// <param name="Force">The cumulative force.</param>
public sealed record WindowRow(
    int Epoch,
    int ValleySize,
    double Hopping,
    IReadOnlyList<double> HoppingRates,
    double RiverPath,
    double RiverDisplacement,
    double FreeRiverPath,
    double FreeRiverDisplacement,
    ForceRow Force);

/// <summary>Some steps of training seen in the valley and river of the first: those of later Hessians turn away from it.</summary>
internal sealed class ValleyWindow
{
    private readonly int _epoch;
    private readonly ValleyBasis _basis;
    private readonly StructuralNullSpace _nullSpace;
    private readonly HessianBlocks _blocks;
    private readonly CumulativeForce _force;
    private readonly Hopping _hopping;
    private readonly double[] _first;
    private readonly double[] _last;
    private readonly double[] _step;
    private readonly double[] _part;
    private readonly double[] _valley;
    private double _path;
    private double _freePath;

    /// <summary>A window that begins where training stands.</summary>
    /// <param name="state">Where training stands.</param>
    /// <param name="decomposition">The decomposition there.</param>
    /// <param name="criteria">Where the valley begins.</param>
    /// <param name="nullSpace">The structural null space.</param>
    /// <param name="rate">eta.</param>
    /// <param name="team">Threads of products and eigenvalues.</param>
    public ValleyWindow(
        in TrainingState state,
        HessianDecomposition decomposition,
        ValleyCriteria criteria,
        StructuralNullSpace nullSpace,
        double rate,
        WorkerTeam team)
    {
        _epoch = state.Epoch;
        _basis = new ValleyBasis(decomposition.Values, decomposition.Vectors, criteria);
        _nullSpace = nullSpace;
        _blocks = new HessianBlocks(_basis, team);
        _force = new CumulativeForce(_basis, state.Theta, state.Gradient, rate);
        _hopping = new Hopping(_basis.ValleySize);
        _first = state.Theta.ToArray();
        _last = [.. _first];
        _step = new double[_first.Length];
        _part = new double[_first.Length];
        _valley = new double[_basis.ValleySize];
    }

    /// <summary>Steps so far.</summary>
    public int Steps { get; private set; }

    /// <summary>Takes in the step to where training stands.</summary>
    public void AddStep(ReadOnlySpan<double> theta)
    {
        Subtract(theta, _last);
        theta.CopyTo(_last);
        _basis.ValleyCoordinates(_step, _valley);
        _hopping.Add(_valley);
        var (length, free) = RiverLength();
        (_path, _freePath) = (_path + length, _freePath + free);
        Steps++;
    }

    /// <summary>Measures the Hessian where training stands, and adds what it pulls.</summary>
    public BlockNorms AddHessian(ReadOnlySpan<double> theta, ReadOnlySpan<double> hessian)
    {
        var norms = _blocks.Measure(hessian);
        _force.Add(theta, _blocks, norms);
        return norms;
    }

    /// <summary>What was measured.</summary>
    public WindowRow Row()
    {
        Subtract(_last, _first);
        var (length, free) = RiverLength();
        return new WindowRow(
            _epoch, _basis.ValleySize, _hopping.MeanRate(), _hopping.Rates(), _path, length, _freePath, free, _force.Row());
    }

    private void Subtract(ReadOnlySpan<double> to, ReadOnlySpan<double> from)
    {
        for (var i = 0; i < _step.Length; i++)
        {
            _step[i] = to[i] - from[i];
        }
    }

    /// <summary>The length of the step in the river, and in what is left of it without the structural null space.</summary>
    private (double Length, double Free) RiverLength()
    {
        _basis.ProjectOnRiver(_step, _part);
        var length = Vectors.Norm(_part);
        _nullSpace.Remove(_part);
        return (length, Vectors.Norm(_part));
    }
}
