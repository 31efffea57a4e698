using Looped.Analysis.Dense;
using ForceBound = Looped.Analysis.Theory.ForceBound;

namespace Looped.Analysis;

/// <summary>The cumulative force of a window of training and what bounds it (Theorems 1 and 2, Assumptions 2 and 3).</summary>
/// <param name="Steps">K.</param>
/// <param name="RateTimesLargest"><c>eta lambda_max</c> at the first step: the theory asks for less than 2, and hopping is above 1.</param>
/// <param name="Start"><c>||v_0||</c>: the distance from the valley's floor by a Newton step in the valley.</param>
/// <param name="Measured"><c>||sum_k eta H_RV(k) v_k||</c> along the path that training took.</param>
/// <param name="Unforced">The same along <c>v_{k+1} = (I - eta H_V(k)) v_k</c>: what the theory bounds.</param>
/// <param name="Coupling"><c>sup_k ||H_RV(k)||</c>, the constant of Assumption 2.</param>
/// <param name="LowerMultiple">
/// The largest c with <c>c H_V(0) &lt;= H_V(k)</c> for all k: Assumption 3 holds if and only if it is not negative.
/// </param>
/// <param name="FirstTrace">The paper's bound, by the trace norm, with the spectrum of <c>H_V(0)</c>.</param>
/// <param name="FirstSharp">The bound by the spectral norm with the spectrum of <c>H_V(0)</c>.</param>
/// <param name="LowerTrace">The paper's bound with the spectrum of <c>c H_V(0)</c>; NaN where Assumption 3 fails.</param>
/// <param name="LowerSharp">The bound by the spectral norm with the spectrum of <c>c H_V(0)</c>; NaN where Assumption 3 fails.</param>
public readonly record struct ForceRow(
    int Steps,
    double RateTimesLargest,
    double Start,
    double Measured,
    double Unforced,
    double Coupling,
    double LowerMultiple,
    double FirstTrace,
    double FirstSharp,
    double LowerTrace,
    double LowerSharp);

/// <summary>
/// Adds up the force of the valley on the river over a window, in the basis of its first step:
/// <c>C_K = sum_{k&lt;K} eta H_RV(k) v_k</c>. The coordinate v counts from the valley's floor, which a Newton step in the
/// valley finds: <c>v_0 = H_V^-1 g_V</c> at the first step, and after it v moves as theta does.
/// </summary>
public sealed class CumulativeForce
{
    private readonly ValleyBasis _basis;
    private readonly double _rate;
    private readonly double[] _origin;
    private readonly double[] _start;
    private readonly double[] _unforced;
    private readonly double[] _coordinates;
    private readonly double[] _step;
    private readonly double[] _pull;
    private readonly double[] _measuredForce;
    private readonly double[] _unforcedForce;
    private double _coupling;
    private double _multiple = double.PositiveInfinity;
    private int _steps;

    /// <summary>The force from a step on.</summary>
    /// <param name="basis">Valley and river of the Hessian there.</param>
    /// <param name="theta">Theta there, (P,).</param>
    /// <param name="gradient">The gradient there, (P,).</param>
    /// <param name="rate">eta.</param>
    public CumulativeForce(ValleyBasis basis, ReadOnlySpan<double> theta, ReadOnlySpan<double> gradient, double rate)
    {
        (_basis, _rate, _origin) = (basis, rate, theta.ToArray());
        _start = new double[basis.ValleySize];
        basis.ValleyCoordinates(gradient, _start);
        for (var i = 0; i < _start.Length; i++)
        {
            _start[i] /= basis.ValleyValues[i];
        }

        _unforced = [.. _start];
        _coordinates = new double[_start.Length];
        _step = new double[basis.Size];
        _pull = new double[basis.RiverSize];
        _measuredForce = new double[basis.RiverSize];
        _unforcedForce = new double[basis.RiverSize];
    }

    /// <summary>Adds the term of the next k, the first step's being the first.</summary>
    /// <param name="theta">Theta at k, (P,).</param>
    /// <param name="blocks">The blocks of the Hessian at k in the window's basis, measured.</param>
    /// <param name="norms">Their norms.</param>
    public void Add(ReadOnlySpan<double> theta, HessianBlocks blocks, BlockNorms norms)
    {
        for (var i = 0; i < _step.Length; i++)
        {
            _step[i] = theta[i] - _origin[i];
        }

        _basis.ValleyCoordinates(_step, _coordinates);
        Vectors.AddMultiple(1, _start, _coordinates);
        Pull(_coordinates, blocks, _measuredForce);
        Pull(_unforced, blocks, _unforcedForce);
        Vectors.Multiply(blocks.ValleyBlock, _unforced, _coordinates);
        Vectors.AddMultiple(-_rate, _coordinates, _unforced);
        _coupling = Math.Max(_coupling, norms.Coupling);
        _multiple = Math.Min(_multiple, blocks.LowerMultiple());
        _steps++;
    }

    /// <summary>The force so far and its bounds.</summary>
    public ForceRow Row()
    {
        var start = Vectors.Norm(_start);
        var values = _basis.ValleyValues;
        var lower = new double[values.Length];
        for (var i = 0; i < lower.Length; i++)
        {
            lower[i] = _multiple * values[i];
        }

        var (scale, holds) = (_coupling * start, _multiple >= 0);
        return new ForceRow(
            _steps,
            _rate * (values.Length == 0 ? 0 : values[^1]),
            start,
            Vectors.Norm(_measuredForce),
            Vectors.Norm(_unforcedForce),
            _coupling,
            _multiple,
            scale * ForceBound.Trace(values, _rate, _steps),
            scale * ForceBound.Sharp(values, _rate, _steps),
            holds ? scale * ForceBound.Trace(lower, _rate, _steps) : double.NaN,
            holds ? scale * ForceBound.Sharp(lower, _rate, _steps) : double.NaN);
    }

    private void Pull(ReadOnlySpan<double> valley, HessianBlocks blocks, Span<double> force)
    {
        Vectors.MultiplyTransposed(blocks.Coupling, valley, _pull);
        Vectors.AddMultiple(_rate, _pull, force);
    }
}
