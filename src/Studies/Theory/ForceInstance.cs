using Looped.Analysis.Theory;

namespace Looped.Studies.Theory;

/// <summary>What gradient descent came to on one landscape after K steps.</summary>
/// <param name="Bound">The paper's bound on the force.</param>
/// <param name="Unforced">Norm of the force of the unforced valley.</param>
/// <param name="Force">Norm of the whole force.</param>
/// <param name="SharpBound">The sharp bound.</param>
/// <param name="ForcedShare">Norm of the term that the proof neglects, over the unforced force.</param>
/// <param name="Alignment">Cosine of the force and the river gradient h.</param>
/// <param name="ValleyLeft">Norm of v_K over that of v_0.</param>
/// <param name="RiverLoss">The river's own part of the loss, <c>-h'r_K</c>.</param>
/// <param name="Loss">The whole loss.</param>
public sealed record ForceOutcome(
    double Bound,
    double Unforced,
    double Force,
    double SharpBound,
    double ForcedShare,
    double Alignment,
    double ValleyLeft,
    double RiverLoss,
    double Loss)
{
    /// <summary>Where a trace stands.</summary>
    internal static ForceOutcome Of(ForceTrace trace) => new(
        trace.Bound,
        Vectors.Norm(trace.UnforcedForce),
        Vectors.Norm(trace.Force),
        trace.SharpBound,
        trace.ForcedShare,
        Vectors.Cosine(trace.Force, trace.Landscape.RiverGradient),
        trace.ValleyLeft,
        -Vectors.Dot(trace.Landscape.RiverGradient, trace.River),
        trace.Loss);
}

/// <summary>One pair of landscapes, U and V.</summary>
/// <param name="Dominated">Whether Assumption 1 holds.</param>
/// <param name="Hops">Whether <c>eta lambda</c> exceeds one.</param>
/// <param name="Steps">K.</param>
/// <param name="Settled">Whether both valleys have come to rest after K steps.</param>
/// <param name="Horizon">Steps in which the faster of the two saddles doubles; infinite where there is none.</param>
/// <param name="ResidualShare">The share of V's bound that lies in eigenvalues above the threshold.</param>
/// <param name="HoppingShare">The share of V's bound that lies in the eigenvalues that hop, <c>eta lambda &gt; 1</c>.</param>
/// <param name="U">What came of U.</param>
/// <param name="V">What came of V.</param>
public sealed record ForceInstance(
    bool Dominated,
    bool Hops,
    int Steps,
    bool Settled,
    double Horizon,
    double ResidualShare,
    double HoppingShare,
    ForceOutcome U,
    ForceOutcome V)
{
    /// <summary>Whether K lies before the saddle's doubling.</summary>
    public bool Early => Steps <= Horizon;

    /// <summary>Runs both landscapes of a draw.</summary>
    internal static ForceInstance Of(LandscapeDraw draw)
    {
        return new ForceInstance(
            draw.Spectra.IsDominated && draw.Spectra.HasMoreLow,
            draw.Hops,
            draw.Steps,
            draw.HasSettled,
            Math.Min(Doubling(draw.U), Doubling(draw.V)),
            ForceBound.ResidualShare(draw.Spectra.V, draw.Spectra.Threshold, LandscapeDraw.Eta, draw.Steps),
            ForceBound.ResidualShare(draw.Spectra.V, 1 / LandscapeDraw.Eta, LandscapeDraw.Eta, draw.Steps),
            Run(draw.U),
            Run(draw.V));

        ForceOutcome Run(ILandscape landscape)
        {
            var trace = new ForceTrace(landscape, draw.Valley, draw.River, LandscapeDraw.Eta);
            trace.Run(draw.Steps);
            return ForceOutcome.Of(trace);
        }

        static double Doubling(ILandscape landscape) => landscape is QuadraticLandscape quadratic
            ? quadratic.DoublingSteps(LandscapeDraw.Eta)
            : double.PositiveInfinity;
    }
}
