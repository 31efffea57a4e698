using Looped.Studies.Toy;
namespace Looped.Studies.Theory;
/// <summary>Figures.</summary>
public static class TheoryFigures
{
    /// <summary>Names.</summary>
    public static IReadOnlyList<string> Names { get; } = [];
    /// <summary>All.</summary>
    public static IReadOnlyList<NamedFigure> Of(TheoryResult result) => [];
}
