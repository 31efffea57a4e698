using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>One loop of a contraction: its extent and the steps of both factors and the output along it.</summary>
internal readonly record struct ContractLoop(long Extent, long Left, long Right, long Output);

/// <summary>
/// The labels of a contraction sorted by what they do, factors swapped so that the right one owns the output's
/// innermost axis, and neighbouring loops merged.
/// </summary>
internal sealed class ContractAxes
{
    private const int FewRows = 3;
    private const int MoreRows = 8;
    private const long CachedBytes = 256 << 10;
    private const int LargeExtent = 32;
    private const int LargeDepth = 64;
    private const long ManyTerms = 1 << 20;

    public required Operand Left { get; init; }

    public required Operand Right { get; init; }

    /// <summary>Loops over labels of both factors and the output.</summary>
    public required LoopNest Batch { get; init; }

    /// <summary>Loops over labels of the left factor and the output.</summary>
    public required LoopNest Rows { get; init; }

    /// <summary>Loops over labels of the right factor and the output.</summary>
    public required LoopNest Columns { get; init; }

    /// <summary>Loops over labels that are summed.</summary>
    public required LoopNest Depth { get; init; }

    /// <summary>Whether the output's innermost axis belongs to both factors.</summary>
    public required bool VectorAxisIsShared { get; init; }

    /// <summary>
    /// Whether neighbours along the depth lie side by side in both factors, but those along the output's innermost axis
    /// do not in the right one, and too few rows would share the right factor to repay transposing it.
    /// </summary>
    public bool AreDots(int elementSize) =>
        Depth.Rank <= 1 && Innermost(Depth) is { Left: 1, Right: 1 } && (VectorAxisIsShared
        ? Innermost(Batch) is not { Left: 1, Right: 1 }
        : (Innermost(Columns) is { Extent: 1 } or { Right: not 1 }) &&
            Size(Rows) <= (IsRightStreamed(elementSize) ? MoreRows : FewRows));

    /// <summary>Whether the right factor of each product is larger than the nearer caches.</summary>
    public bool IsRightStreamed(int elementSize) => Size(Columns) * Size(Depth) * elementSize > CachedBytes;

    /// <summary>Whether vectors of half the lanes would hold all that lies along a vector.</summary>
    public bool FillsHalfVectors(int lanes, int elementSize) =>
        Innermost(AreDots(elementSize) ? Depth : VectorAxisIsShared ? Batch : Columns).Extent <= lanes / 2;

    /// <summary>
    /// Whether a product is large enough in each direction to repay copying both factors, and rows of the output are
    /// too long for tiles to do well without, or so short that tiles cannot store them.
    /// </summary>
    public bool IsLarge => Size(Rows) >= LargeExtent && Size(Columns) >= LargeExtent && Size(Depth) >= LargeDepth &&
        Size(Rows) * Size(Columns) * Size(Depth) >= ManyTerms &&
        (OutputIsScattered || Innermost(Columns).Extent >= LargeExtent);

    /// <summary>Whether the output has no neighbours side by side, so that no tile can store a vector.</summary>
    public bool OutputIsScattered => Innermost(Columns) is { Extent: > 1, Output: not 1 };

    public static ContractAxes Of(ContractCall call)
    {
        var (left, leftLabels, right, rightLabels) = (call.Left, call.LeftLabels, call.Right, call.RightLabels);

        // Memory order: where the output is transposed, its last axis is not its innermost.
        int[] outputLabels =
            [.. call.OutputLabels.OrderByDescending(label => Stride(call.Output, call.OutputLabels, label))];
        var innermost = outputLabels.LastOrDefault(label => Extent(label) != 1, defaultValue: -1);
        var shared = leftLabels.Contains(innermost) && rightLabels.Contains(innermost);
        if (!shared && leftLabels.Contains(innermost))
        {
            (left, leftLabels, right, rightLabels) = (right, rightLabels, left, leftLabels);
        }

        var both = outputLabels.Where(label => leftLabels.Contains(label) && rightLabels.Contains(label));
        var rows = outputLabels.Where(label => !rightLabels.Contains(label));
        var columns = outputLabels.Where(label => !leftLabels.Contains(label));
        var depth = rightLabels.Where(label => !outputLabels.Contains(label));
        return new ContractAxes
        {
            Left = left,
            Right = right,
            Batch = Nest(both),
            Rows = Nest(rows),
            Columns = Nest(columns),
            Depth = Nest(depth),
            VectorAxisIsShared = shared,
        };

        LoopNest Nest(IEnumerable<int> labels)
        {
            int[] list = [.. labels];
            return LoopNest.Over(
                [.. list.Select(label => (long)Extent(label))],
                [.. list.Select(label => Stride(left, leftLabels, label))],
                [.. list.Select(label => Stride(right, rightLabels, label))],
                [.. list.Select(label => Stride(call.Output, call.OutputLabels, label))]);
        }

        int Extent(int label)
        {
            var axis = Axis(call.LeftLabels, label);
            return axis >= 0 ? call.Left.Shape[axis] : call.Right.Shape[Axis(call.RightLabels, label)];
        }
    }

    /// <summary>The innermost loop of a nest; one turn where it has none.</summary>
    public static ContractLoop Innermost(LoopNest nest) => nest.Rank == 0
        ? new ContractLoop(1, 0, 0, 0)
        : new ContractLoop(nest.Extents[^1], nest.Strides[0][^1], nest.Strides[1][^1], nest.Strides[2][^1]);

    /// <summary>All loops of a nest but the innermost.</summary>
    public static IEnumerable<ContractLoop> Outer(LoopNest nest) => Loops(nest).SkipLast(1);

    /// <summary>All loops of a nest.</summary>
    public static IEnumerable<ContractLoop> Loops(LoopNest nest) => Enumerable.Range(0, nest.Rank).Select(loop =>
        new ContractLoop(nest.Extents[loop], nest.Strides[0][loop], nest.Strides[1][loop], nest.Strides[2][loop]));

    /// <summary>An odometer over loops, outermost first, with the offsets of left, right and output.</summary>
    public static Odometer Odometer(LoopNest first, params IEnumerable<ContractLoop>[] rest) =>
        Odometer([Loops(first), .. rest]);

    /// <summary>An odometer over loops, outermost first, with the offsets of left, right and output.</summary>
    public static Odometer Odometer(params IEnumerable<ContractLoop>[] groups)
    {
        ContractLoop[] loops = [.. groups.SelectMany(group => group)];
        return new Odometer(
            [.. loops.Select(loop => loop.Extent)],
            [
                [.. loops.Select(loop => loop.Left)],
                [.. loops.Select(loop => loop.Right)],
                [.. loops.Select(loop => loop.Output)],
            ]);
    }

    private static long Size(LoopNest nest) => nest.Extents.Aggregate(1L, (product, extent) => product * extent);

    private static long Stride(Operand operand, IReadOnlyList<int> labels, int label)
    {
        var axis = Axis(labels, label);
        return axis < 0 ? 0 : operand.Strides[axis];
    }

    private static int Axis(IReadOnlyList<int> labels, int label)
    {
        for (var axis = 0; axis < labels.Count; axis++)
        {
            if (labels[axis] == label)
            {
                return axis;
            }
        }

        return -1;
    }
}
