using System.Collections.Immutable;

namespace Looped.Studies.ToyStudy;

/// <summary>On which longer sequences the trained models are tested.</summary>
public sealed record LengthPlan
{
    /// <summary>Lengths of the sequences, context and target together, at least 2.</summary>
    public ImmutableArray<int> Lengths { get; init; } = [4, 5, 6, 7, 8, 10, 13, 16, 32];

    /// <summary>Draws of each length.</summary>
    public int Samples { get; init; } = 10_000;
}
