using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of reductions over axes: sum.cu, reduce.cu.</summary>
internal static class ReductionLaunches
{
    /// <summary>Lanes of a whole block.</summary>
    private const int BlockLanes = 256;

    /// <summary>Elements that make a whole block worthwhile for a row.</summary>
    private const int LongRow = 2048;

    /// <summary>Elements of a part of a sum that a whole block, or one lane, adds up.</summary>
    private const int BlockPart = 8192;

    private const int LanePart = 256;

    /// <summary>Rows beyond which the device is busy without parts.</summary>
    private const int ManyRows = 1 << 14;

    public static void Add(LaunchList list, SumCall call)
    {
        var (kept, reduced) = Nests(call.Input, call.Axes, call.Output);
        var arguments = new SumArguments
        {
            Input = list.Address(call.Input),
            Output = list.Address(call.Output),
            Kept = new(kept),
            Reduced = new(reduced),
        };
        var (rows, length) = (arguments.Kept.Count, arguments.Reduced.Count);
        var lanes = Lanes(kept, reduced, length);
        var part = lanes == BlockLanes ? BlockPart : lanes == 1 ? LanePart : int.MaxValue;
        var parts = rows < ManyRows && length >= 2L * part ? (length + part - 1) / part : 1;
        (arguments.Lanes, arguments.Parts, arguments.PartLength) = ((uint)lanes, (uint)parts, (uint)part);
        var type = call.Output.Type;
        var kernel = $"sum_{LaunchList.Suffix(type)}";
        if (parts == 1)
        {
            arguments.PartLength = (uint)Math.Max(length, 1);
            list.AddRows("sum", kernel, rows, lanes, type, arguments);
            return;
        }

        var partial = list.Scratch(rows * parts * type.Size());
        arguments.Output = partial;
        list.AddRows("sum", kernel, rows * parts, lanes, type, arguments);
        lanes = RowLanes(parts);
        arguments = new SumArguments
        {
            Input = partial,
            Output = list.Address(call.Output),

            // Parts lie in the order of the kept loops.
            Kept = new(LoopNest.Over(kept.Extents, PartStrides(kept, parts), kept.Strides[1])),
            Reduced = new(LoopNest.Over([parts], [1L])),
            Parts = 1,
            PartLength = (uint)parts,
            Lanes = (uint)lanes,
        };
        list.AddRows("sum", kernel, rows, lanes, type, arguments);
    }

    public static void Add(LaunchList list, ReduceCall call)
    {
        var (kept, reduced) = Nests(call.Input, call.Axes, call.Output);
        var arguments = new ReduceArguments
        {
            Input = list.Address(call.Input),
            Output = list.Address(call.Output),
            Kept = new(kept),
            Reduced = new(reduced),
            IsLogarithm = call.Reduction switch
            {
                Reduction.LogSumExp => 1u,
                Reduction.Max => 0u,
                _ => throw new NotSupportedException($"the CUDA backend has no reduction {call.Reduction}"),
            },
        };
        var lanes = Lanes(kept, reduced, arguments.Reduced.Count);
        arguments.Lanes = (uint)lanes;
        var type = call.Output.Type;
        list.AddRows("reduce", $"reduce_{LaunchList.Suffix(type)}", arguments.Kept.Count, lanes, type, arguments);
    }

    /// <summary>Lanes for a row whose elements lie side by side.</summary>
    public static int RowLanes(long length)
    {
        if (length >= LongRow)
        {
            return BlockLanes;
        }

        var lanes = 1;
        while (lanes < 32 && lanes * 4 < length)
        {
            lanes *= 2;
        }

        return lanes;
    }

    /// <summary>One lane a row where neighbouring rows, and not neighbours in a row, lie side by side.</summary>
    public static int Lanes(LoopNest kept, LoopNest reduced, long length) =>
        kept.Rank > 0 && kept.Strides[0][^1] == 1 && kept.Extents[^1] >= 8 && (reduced.Rank == 0 || reduced.Strides[0][^1] != 1)
            ? 1
            : RowLanes(length);

    private static (LoopNest Kept, LoopNest Reduced) Nests(Operand input, IReadOnlyList<int> axes, Operand output)
    {
        var strides = input.Strides.ToArray();
        int[] others = [.. Enumerable.Range(0, input.Shape.Rank).Except(axes)];
        return (
            LoopNest.Over(
                [.. others.Select(axis => (long)input.Shape[axis])],
                [.. others.Select(axis => strides[axis])],
                output.Strides.ToArray()),
            LoopNest.Over(
                [.. axes.Select(axis => (long)input.Shape[axis])], [.. axes.Select(axis => strides[axis])]));
    }

    private static long[] PartStrides(LoopNest kept, long parts)
    {
        var strides = new long[kept.Rank];
        for (var (loop, step) = (kept.Rank - 1, parts); loop >= 0; step *= kept.Extents[loop--])
        {
            strides[loop] = step;
        }

        return strides;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SumArguments
    {
        public ulong Input;
        public ulong Output;
        public StridedLoops<Steps2> Kept;
        public StridedLoops<Steps1> Reduced;
        public uint Parts;
        public uint PartLength;
        public uint Lanes;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ReduceArguments
    {
        public ulong Input;
        public ulong Output;
        public StridedLoops<Steps2> Kept;
        public StridedLoops<Steps1> Reduced;
        public uint Lanes;
        public uint IsLogarithm;
    }
}
