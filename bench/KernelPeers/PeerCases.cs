using Looped.Tensors;

namespace Looped.Benchmarks.KernelPeers;

/// <summary>The groups of cases.</summary>
public static class PeerCases
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["products", "small", "skinny", "elementwise", "rows"];

    /// <summary>The types that each kernel is compared in.</summary>
    internal static IReadOnlyList<ElementType> Elements { get; } = [ElementType.Float64, ElementType.Float32];

    /// <summary>The cases of a group.</summary>
    /// <param name="group">One of <see cref="Groups"/>.</param>
    /// <param name="isQuick">Whether the largest and the most alike are left out.</param>
    public static IEnumerable<PeerCase> Of(string group, bool isQuick) => group switch
    {
        "products" => ProductCases.Large(isQuick),
        "small" => ProductCases.Small(isQuick),
        "skinny" => ProductCases.Skinny(isQuick),
        "elementwise" => ElementwiseCases.All(isQuick),
        "rows" => RowCases.All(isQuick),
        _ => throw new ArgumentException($"'{group}' is none of {string.Join(", ", Groups)}", nameof(group)),
    };
}
