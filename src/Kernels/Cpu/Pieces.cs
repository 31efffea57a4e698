using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Cuts large calls into pieces that threads can share. Whether, where and how often is decided by the call's shapes
/// alone, so that the pieces, and with them all bits, are the same whoever and however many run them. Calls too small to
/// repay waking a thread stay whole.
/// </summary>
internal static class Pieces
{
    /// <summary>Least work of a piece, in nanoseconds: many times what handing it out costs.</summary>
    private const double Grain = 15_000;

    /// <summary>Pieces beyond which even many threads gain nothing.</summary>
    private const int Most = 32;

    /// <summary>Rows and columns of a product are cut at multiples of so many, which whole register tiles divide.</summary>
    private const int TileStep = 64;

    /// <summary>
    /// Neighbours in memory are cut apart at multiples of so many elements, some lines of the caches: narrower strips of a
    /// matrix would share lines and leave most of what memory delivers at once to others.
    /// </summary>
    private const int StripStep = 64;

    /// <summary>
    /// Pieces of a product keep so many rows and columns, and beyond a few pieces so much work, so that copying the factors
    /// for each stays cheap beside it.
    /// </summary>
    private const int LeastProduct = 96;

    private const int FewProducts = 4;
    private const double ProductGrain = 6e6;

    /// <summary>The pieces of a call in order; the call alone where it is better left whole.</summary>
    public static IReadOnlyList<KernelCall> Of(KernelCall call)
    {
        var work = Nanoseconds(call);
        var most = (int)Math.Min(Most, work / Grain);
        if (most < 2)
        {
            return [call];
        }

        return call is ContractCall product
            ? Halves(product, Math.Max(Math.Min(most, FewProducts), (int)Math.Min(most, work / ProductGrain)))
            : Strips(call, most);
    }

    /// <summary>Whether a call is large enough to repay waking a thread.</summary>
    public static bool IsWorthSharing(KernelCall call) => Nanoseconds(call) >= 2 * Grain;

    /// <summary>Cuts along the outermost axes in memory first, so that each piece is one run of memory.</summary>
    private static List<KernelCall> Strips(KernelCall call, int most)
    {
        foreach (var axis in AxesOutermostFirst(call.Output))
        {
            var extent = call.Output.Shape[axis];
            if (extent < 2 || call.Slice(axis, 0, 1) is null)
            {
                continue;
            }

            var step = call.Output.Strides[axis] == 1 && extent >= 2 * StripStep ? StripStep : 1;
            var count = Math.Min(extent / step, most);
            var strips = Enumerable.Range(0, count)
                .Select(i => (Start: Start(i), End: i + 1 < count ? Start(i + 1) : extent))
                .Select(part => call.Slice(axis, (int)part.Start, (int)(part.End - part.Start))!);
            return most / count < 2 ? [.. strips] : [.. strips.SelectMany(strip => Strips(strip, most / count))];

            long Start(int i) => (long)(extent / step) * i / count * step;
        }

        return [call];
    }

    /// <summary>
    /// Halves a product: along an axis of both factors where there is one, which copies nothing twice, else along
    /// the longer of rows and columns.
    /// </summary>
    private static List<KernelCall> Halves(ContractCall call, int most)
    {
        if (most < 2 || Cut(call) is not var (axis, start))
        {
            return [call];
        }

        var first = call.Slice(axis, 0, start);
        var second = call.Slice(axis, start, call.Output.Shape[axis] - start);
        return [.. Halves(first, most / 2), .. Halves(second, most / 2)];
    }

    private static (int Axis, int Start)? Cut(ContractCall call)
    {
        var axes = AxesOutermostFirst(call.Output).Where(axis => call.Output.Shape[axis] > 1).ToArray();
        foreach (var axis in axes.Where(axis => IsIn(call.LeftLabels, axis) && IsIn(call.RightLabels, axis)))
        {
            // The innermost axis fills the vectors.
            if (axis != axes[^1])
            {
                return (axis, call.Output.Shape[axis] / 2);
            }
        }

        var (rows, columns) = (Size(call.LeftLabels), Size(call.RightLabels));
        var labels = rows >= columns ? call.LeftLabels : call.RightLabels;
        if (Math.Max(rows, columns) < 2 * LeastProduct)
        {
            return null;
        }

        var longest = axes.First(axis => IsIn(labels, axis));
        var extent = call.Output.Shape[longest];
        return extent >= 2 * TileStep
            ? (longest, (extent / 2 + TileStep - 1) / TileStep * TileStep)
            : (longest, extent / 2);

        bool IsIn(IReadOnlyList<int> factor, int axis) => factor.Contains(call.OutputLabels[axis]);

        long Size(IReadOnlyList<int> factor) => axes
            .Where(axis => IsIn(factor, axis))
            .Aggregate(1L, (product, axis) => product * call.Output.Shape[axis]);
    }

    private static IEnumerable<int> AxesOutermostFirst(Operand output) =>
        Enumerable.Range(0, output.Shape.Rank).OrderByDescending(axis => output.Strides[axis]);

    /// <summary>A rough time of one thread: what matters is the order of magnitude.</summary>
    private static double Nanoseconds(KernelCall call)
    {
        var bytes = call.Inputs.Concat(call is MapGroup group ? group.Outputs : [call.Output]).Sum(Bytes);
        var traffic = 0.05 * bytes;
        var flopsPerNanosecond = call.Output.Type == ElementType.Float32 ? 100.0 : 50.0;
        return call switch
        {
            ContractCall product => Math.Max(traffic, 2.0 * Products(product) / flopsPerNanosecond),
            CausalAttentionCall attention =>
                2.0 * attention.Query.Shape.Size * attention.Query.Shape[2] / (flopsPerNanosecond / 2),
            CausalAttentionPullbackCall attention =>
                5.0 * attention.Query.Shape.Size * attention.Query.Shape[2] / (flopsPerNanosecond / 2),
            MapCall chain => Nanoseconds(MapGroup.Of([chain])),
            MapGroup map => traffic + (map.Output.Shape.Size * map.Steps.Sum(step => IsCostly(step.Function) ? 1.0 : 0.05)),
            SoftmaxCall or RowLossCall or ReduceCall { Reduction: Reduction.LogSumExp } =>
                traffic + call.Inputs[0].Shape.Size,
            _ => traffic,
        };
    }

    private static double Products(ContractCall call)
    {
        var products = (double)call.Output.Shape.Size;
        for (var axis = 0; axis < call.LeftLabels.Count; axis++)
        {
            products *= call.OutputLabels.Contains(call.LeftLabels[axis]) ? 1 : call.Left.Shape[axis];
        }

        return products;
    }

    /// <summary>Bytes of the elements that are there, repeated ones counted once.</summary>
    private static double Bytes(Operand operand)
    {
        var elements = 1.0;
        for (var axis = 0; axis < operand.Shape.Rank; axis++)
        {
            elements *= operand.Strides[axis] == 0 ? 1 : operand.Shape[axis];
        }

        return elements * operand.Type.Size();
    }

    private static bool IsCostly(MapFunction function) => function is
        MapFunction.Exp or MapFunction.Log or MapFunction.Tanh or MapFunction.Power or MapFunction.Sigmoid or
        MapFunction.Softplus or MapFunction.Sin or MapFunction.Cos or MapFunction.Erf or MapFunction.GeluErfSlope or
        MapFunction.GeluErfCurvature;
}
