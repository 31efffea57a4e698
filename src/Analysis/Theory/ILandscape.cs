namespace Looped.Analysis.Theory;

/// <summary>A loss over a valley v and a river r whose coupling is linear in v: what Settings 1 and 2 speak of.</summary>
public interface ILandscape
{
    /// <summary>Dimension of the valley.</summary>
    int ValleyDimension { get; }

    /// <summary>Dimension of the river.</summary>
    int RiverDimension { get; }

    /// <summary>A constant that the spectral norm of the coupling <c>H_RV</c> exceeds nowhere (Assumption 2).</summary>
    double CouplingBound { get; }

    /// <summary>
    /// Eigenvalues, ascending, of a matrix that the valley Hessian is nowhere below in Loewner order (Assumption 3); of the
    /// valley Hessian itself where it is constant.
    /// </summary>
    ReadOnlySpan<double> Spectrum { get; }

    /// <summary>The river gradient h: the force along the river that the valley has no part in.</summary>
    ReadOnlySpan<double> RiverGradient { get; }

    /// <summary>The loss.</summary>
    double Loss(ReadOnlySpan<double> valley, ReadOnlySpan<double> river);

    /// <summary>The gradient in v of the loss without its coupling.</summary>
    void ValleyGradient(ReadOnlySpan<double> valley, Span<double> gradient);

    /// <summary>What the river adds to the gradient in v: the coupling's part.</summary>
    void Forcing(ReadOnlySpan<double> river, Span<double> forcing);

    /// <summary>What the valley adds to the gradient in r, <c>H_RV(r) v</c>.</summary>
    void Couple(ReadOnlySpan<double> river, ReadOnlySpan<double> valley, Span<double> push);
}
