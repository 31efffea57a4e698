using System.Collections.Immutable;
using Looped.Models.Training;

namespace Looped.Studies.ToyStudy;

/// <summary>How SHIFT is measured. The paper gives the form of the criterion and none of these numbers.</summary>
public sealed record ShiftPlan
{
    /// <summary>The criterion that picks the shift point.</summary>
    public ShiftCriterion Criterion { get; init; } = new();

    /// <summary>Whether Looped-Attn goes on with the optimizer's state and number of steps.</summary>
    public bool KeepsOptimizer { get; init; } = true;

    /// <summary>Fresh draws of the training law that the validation loss is taken on.</summary>
    public int ValidationSamples { get; init; } = 10_000;

    /// <summary>Shift points that are tried beside the criterion's; those past the last epoch are left out.</summary>
    public ImmutableArray<int> Points { get; init; } = [0, 25, 50, 75, 100, 150, 200, 300, 350, 400];

    /// <summary>The points for so many epochs, ascending: with 0, Looped-Attn alone, and the last, Single-Attn alone.</summary>
    public IReadOnlyList<int> PointsWithin(int epochs) =>
        [.. Points.Append(0).Append(epochs).Where(point => point <= epochs).Distinct().Order()];
}
