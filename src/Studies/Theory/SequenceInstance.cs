using Looped.Analysis.Theory;
using Looped.Tensors;

namespace Looped.Studies.Theory;

/// <summary>A time-varying valley that Assumptions 2 and 3 allow, with no loss behind it.</summary>
/// <param name="Hops">Whether <c>eta lambda</c> may exceed one.</param>
/// <param name="Coupling">How the coupling moves within its bound.</param>
/// <param name="Outcome">The force against its bounds.</param>
public sealed record SequenceInstance(bool Hops, CouplingLaw Coupling, TimeVaryingValley.Outcome Outcome)
{
    private const int MostSteps = 200;

    /// <summary>Draws and runs a valley.</summary>
    internal static SequenceInstance Of(Philox random, bool hops, CouplingLaw coupling)
    {
        var ceiling = hops ? 1.95 : 1;
        var top = ceiling * (0.05 + (0.95 * random.NextDouble()));
        var spectrum = ValleySpectra.Dominated(random, 2 + random.NextInt(7), top).V;
        var valley = new TimeVaryingValley(spectrum, ceiling, LandscapeDraw.Eta, coupling);
        return new SequenceInstance(
            hops, coupling, valley.Run(random, 1 + random.NextInt(4), 1 + random.NextInt(MostSteps)));
    }
}
