using Looped.Studies.Toy;

namespace Looped.Studies.Theory;

/// <summary>The figures of a check of the theory; a name starts with the claim that the figure belongs to.</summary>
public static class TheoryFigures
{
    /// <summary>The names of all figures that a run can have.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "T1-course", "T1-steps", "T1-corollaries", "T1-bounds", "T1-rules", "T2-course", "T2-steps", "T2-sequences", "L1", "L2",
        "L2-full", "L3", "T3", "T3-conditions", "rivers",
    ];

    /// <summary>All figures, in the order of the report.</summary>
    public static IReadOnlyList<NamedFigure> Of(TheoryResult result) => [.. ForceFigures.Of(result), .. ModelFigures.Of(result)];
}
