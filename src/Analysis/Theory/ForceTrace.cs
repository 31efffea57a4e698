namespace Looped.Analysis.Theory;

/// <summary>
/// Gradient descent on a landscape, with the cumulative force of the valley on the river kept apart:
/// <c>C_K = -eta sum_{k&lt;K} H_RV v_k</c>, so that <c>r_K = r_0 + K eta h + C_K</c>. Beside it runs the valley as the proofs have
/// it, which the river does not force; its force is what the bounds speak of.
/// </summary>
public sealed class ForceTrace
{
    private readonly double[] _valley;
    private readonly double[] _river;
    private readonly double[] _unforcedValley;
    private readonly double[] _force;
    private readonly double[] _unforcedForce;
    private readonly double[] _valleyScratch;
    private readonly double[] _forcing;
    private readonly double[] _push;
    private readonly double _start;

    /// <summary>A trace at its start.</summary>
    /// <param name="landscape">The loss.</param>
    /// <param name="valley">v_0.</param>
    /// <param name="river">r_0.</param>
    /// <param name="eta">Step size.</param>
    public ForceTrace(ILandscape landscape, ReadOnlySpan<double> valley, ReadOnlySpan<double> river, double eta)
    {
        (Landscape, Eta) = (landscape, eta);
        (_valley, _unforcedValley, _river) = (valley.ToArray(), valley.ToArray(), river.ToArray());
        (_force, _unforcedForce, _push) = (new double[river.Length], new double[river.Length], new double[river.Length]);
        (_valleyScratch, _forcing) = (new double[valley.Length], new double[valley.Length]);
        _start = Vectors.Norm(valley);
    }

    /// <summary>The loss that is descended.</summary>
    public ILandscape Landscape { get; }

    /// <summary>Step size.</summary>
    public double Eta { get; }

    /// <summary>K, the steps made so far.</summary>
    public int Steps { get; private set; }

    /// <summary>v_K.</summary>
    public ReadOnlySpan<double> Valley => _valley;

    /// <summary>r_K.</summary>
    public ReadOnlySpan<double> River => _river;

    /// <summary>The valley that the river does not force.</summary>
    public ReadOnlySpan<double> UnforcedValley => _unforcedValley;

    /// <summary>The cumulative force of the valley, C_K.</summary>
    public ReadOnlySpan<double> Force => _force;

    /// <summary>The cumulative force of the unforced valley.</summary>
    public ReadOnlySpan<double> UnforcedForce => _unforcedForce;

    /// <summary>The loss at the present place.</summary>
    public double Loss => Landscape.Loss(_valley, _river);

    /// <summary>The paper's bound on the force after the steps made so far.</summary>
    public double Bound => Landscape.CouplingBound * _start * ForceBound.Trace(Landscape.Spectrum, Eta, Steps);

    /// <summary>The sharp bound on the force after the steps made so far.</summary>
    public double SharpBound => Landscape.CouplingBound * _start * ForceBound.Sharp(Landscape.Spectrum, Eta, Steps);

    /// <summary>The norm of the difference between the two forces over that of the unforced one.</summary>
    public double ForcedShare => Vectors.RelativeError(_force, _unforcedForce);

    /// <summary>The norm of v_K over that of v_0.</summary>
    public double ValleyLeft => Vectors.Norm(_valley) / _start;

    /// <summary>Makes steps.</summary>
    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Step();
        }
    }

    /// <summary>Makes one step.</summary>
    public void Step()
    {
        Landscape.Couple(_river, _unforcedValley, _push);
        Vectors.Add(_unforcedForce, -Eta, _push);
        Landscape.ValleyGradient(_unforcedValley, _valleyScratch);
        Vectors.Add(_unforcedValley, -Eta, _valleyScratch);

        Landscape.Couple(_river, _valley, _push);
        Landscape.ValleyGradient(_valley, _valleyScratch);
        Landscape.Forcing(_river, _forcing);
        Vectors.Add(_force, -Eta, _push);
        Vectors.Add(_river, -Eta, _push);
        Vectors.Add(_river, Eta, Landscape.RiverGradient);
        Vectors.Add(_valley, -Eta, _valleyScratch);
        Vectors.Add(_valley, -Eta, _forcing);
        Steps++;
    }
}
