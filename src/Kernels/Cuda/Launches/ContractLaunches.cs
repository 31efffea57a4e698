using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>
/// Launches of contractions: chooses among the kernels of contract.cu, contract_tile.cu and contract_tensor.cu by shapes alone.
/// </summary>
internal static class ContractLaunches
{
    /// <summary>Rows, columns and depth from which a tile through shared memory repays itself.</summary>
    private const int LeastTiled = 8;

    private const int LeastTensor = 16;
    private const int LongDepth = 64;
    private const int FewElements = 1 << 13;

    /// <summary>Depth of a slice in shared memory.</summary>
    private const int Slice = 16;

    /// <summary>Tiles below which a product is split along its depth, and the least depth of a split.</summary>
    private const int FewTiles = 64;

    private const int LeastSplit = 8 * Slice;
    private const int MostSplits = 32;
    private const int VectorBytes = 16;

    public static void Add(LaunchList list, ContractCall call)
    {
        if (call.Output.Shape.Size == 0)
        {
            return;
        }

        var axes = ContractAxes.Of(call);
        if (axes.Depth.Extents.Any(extent => extent == 0))
        {
            // An empty sum: zero, or nothing to add.
            if (!call.Accumulate)
            {
                ElementLaunches.Add(list, new FillCall(0, call.Output));
            }

            return;
        }

        var (rows, columns, depth) = (Count(axes.Rows), Count(axes.Columns), Count(axes.Depth));
        var arguments = Describe(list, call, axes);
        var elements = DeviceLoops.Number(Count(axes.Batch) * rows * columns);
        var suffix = LaunchList.Suffix(call.Output.Type);
        if (!axes.VectorAxisIsShared && Math.Min(Math.Min(rows, columns), depth) >= LeastTiled)
        {
            AddTiles(list, call.Output.Type, arguments, rows, columns, depth);
        }
        else if (depth >= LongDepth && elements < FewElements)
        {
            var lanes = ReductionLaunches.RowLanes(depth);
            arguments.Lanes = (uint)lanes;
            list.AddRows("contract", $"contract_dot_{suffix}", elements, lanes, call.Output.Type, arguments);
        }
        else
        {
            list.AddElements("contract", $"contract_each_{suffix}", elements, arguments);
        }
    }

    private static void AddTiles(
        LaunchList list, ElementType type, ContractArguments arguments, long rows, long columns, long depth)
    {
        var least = Math.Min(rows, columns);
        var isTensor = type == ElementType.Float32 && list.Precision != CudaPrecision.Full && least >= LeastTensor;
        var tile = isTensor ? 64 : least >= 256 && type == ElementType.Float32 ? 128 : least >= 48 ? 64 : 16;
        var tiles = arguments.Batch.Count * ((rows + tile - 1) / tile) * ((columns + tile - 1) / tile);
        var splits = tiles < FewTiles ? Math.Clamp(Math.Min(depth / LeastSplit, FewTiles / tiles), 1, MostSplits) : 1;
        var length = ((depth + splits - 1) / splits + Slice - 1) / Slice * Slice;
        splits = (depth + length - 1) / length;
        var elements = arguments.Batch.Count * rows * columns;
        (arguments.Splits, arguments.SplitLength) = ((uint)splits, (uint)length);
        arguments.Partials = splits > 1 ? list.Scratch(splits * elements * type.Size()) : 0;
        var kernel = isTensor
            ? $"contract_{(list.Precision == CudaPrecision.Tf32 ? "tf32" : "bf16")}"
            : $"contract_tile_{tile}_{LaunchList.Suffix(type)}";

        // Two slices of both factors, with sixteen bytes more a depth, as Slices of tiles.h lays them out.
        var sharedBytes = 2 * Slice * 2 * ((tile * type.Size()) + VectorBytes);
        list.Add(isTensor ? "contract_tensor" : "contract_tile", kernel, tiles * splits, tile == 16 ? 64 : 256, sharedBytes, arguments);
        if (splits > 1)
        {
            list.AddElements("contract_tile", $"contract_join_{LaunchList.Suffix(type)}", elements, arguments);
        }
    }

    private static ContractArguments Describe(LaunchList list, ContractCall call, ContractAxes axes)
    {
        var (left, right) = (axes.Left, axes.Right);
        var (row, column, deep) =
            (ContractAxes.Innermost(axes.Rows), ContractAxes.Innermost(axes.Columns), ContractAxes.Innermost(axes.Depth));
        var vector = VectorBytes / call.Output.Type.Size();
        return new ContractArguments
        {
            Left = list.Address(left),
            Right = list.Address(right),
            Output = list.Address(call.Output),
            Batch = new(axes.Batch),
            Rows = new(LoopNest.Over(axes.Rows.Extents, axes.Rows.Strides[0], axes.Rows.Strides[2])),
            Columns = new(LoopNest.Over(axes.Columns.Extents, axes.Columns.Strides[1], axes.Columns.Strides[2])),
            Depth = new(axes.Depth),
            Alpha = call.Alpha,
            Splits = 1,
            SplitLength = (uint)Count(axes.Depth),
            Accumulates = call.Accumulate ? 1u : 0u,
            BatchIsInnermost = axes.VectorAxisIsShared ? 1u : 0u,
            LeftAlongDepth = deep.Left == 1 && row.Left != 1 ? 1u : 0u,
            RightAlongDepth = deep.Right == 1 && column.Right != 1 ? 1u : 0u,
            LeftVectors = InVectors(left, axes.Rows, row.Left, 0) ? 1u : 0u,
            RightVectors = InVectors(right, axes.Columns, column.Right, 1) ? 1u : 0u,
        };

        bool InVectors(Operand factor, LoopNest across, long step, int side) =>
            across.Rank == 1 && step == 1 && across.Extents[0] % vector == 0 && list.Address(factor) % VectorBytes == 0 &&
            axes.Depth.Strides[side].Concat(axes.Batch.Strides[side]).All(stride => stride % vector == 0);
    }

    private static long Count(LoopNest nest) => nest.Extents.Aggregate(1L, (product, extent) => product * extent);

    [StructLayout(LayoutKind.Sequential)]
    private struct ContractArguments
    {
        public ulong Left;
        public ulong Right;
        public ulong Output;
        public StridedLoops<Steps3> Batch;
        public StridedLoops<Steps2> Rows;
        public StridedLoops<Steps2> Columns;
        public StridedLoops<Steps2> Depth;
        public double Alpha;
        public ulong Partials;
        public uint Splits;
        public uint SplitLength;
        public uint Lanes;
        public uint Accumulates;
        public uint BatchIsInnermost;
        public uint LeftAlongDepth;
        public uint RightAlongDepth;
        public uint LeftVectors;
        public uint RightVectors;
    }
}
