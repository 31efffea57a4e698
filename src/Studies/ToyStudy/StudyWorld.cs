using Looped.Models.Data;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>A kind of data that claims are judged under.</summary>
/// <param name="Dynamics">How the transition matrices are used.</param>
/// <param name="Positions">Whether positions have terms of their own.</param>
public readonly record struct StudyWorld(Dynamics Dynamics, bool Positions)
{
    /// <summary>The last token tells all that can be told of the target.</summary>
    public static StudyWorld Cyclic { get; } = new(Dynamics.Cyclic, Positions: false);

    /// <summary>The whole context matters: it tells which of the three chains a sequence is of.</summary>
    public static StudyWorld Mixture { get; } = new(Dynamics.Mixture, Positions: true);

    /// <summary>The name in files and settings, such as <c>cyclic</c> or <c>mixture+positions</c>.</summary>
    public string Name => Dynamics.ToString().ToLowerInvariant() + (Positions ? "+positions" : string.Empty);

    /// <summary>The settings of a run under this world.</summary>
    public ToySettings Apply(ToySettings settings) => settings with { Dynamics = Dynamics, Positions = Positions };
}
