using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of causal attention: attention.cu.</summary>
internal static class AttentionLaunches
{
    private const int LargestTile = 64;

    public static void Add(LaunchList list, CausalAttentionCall call)
    {
        var shape = call.Output.Shape;
        if (shape.Size == 0)
        {
            return;
        }

        var (positions, width, type) = (shape[2], shape[3], call.Output.Type);
        var tile = LargestTile;
        while (tile > 1 && (SharedBytes(tile, width, type) > LaunchList.SharedLimit || tile / 2 >= positions))
        {
            tile /= 2;
        }

        if (SharedBytes(tile, width, type) > LaunchList.SharedLimit)
        {
            throw new NotSupportedException($"CUDA attention has no room for heads of width {width} in {type.ShortName()}");
        }

        var arguments = new AttentionArguments
        {
            Query = Along(call.Query),
            Key = Along(call.Key),
            Value = Along(call.Value),
            Output = Along(call.Output),
            Heads = new(LoopNest.Over(
                [shape[0], shape[1]],
                call.Query.Strides[..2].ToArray(),
                call.Key.Strides[..2].ToArray(),
                call.Value.Strides[..2].ToArray(),
                call.Output.Strides[..2].ToArray())),
            Scale = call.Scale,
            Positions = (uint)positions,
            Width = (uint)width,
            Tile = (uint)tile,
        };
        var tiles = (positions + tile - 1) / tile;
        list.Add(
            "attention",
            $"attention_{LaunchList.Suffix(type)}",
            arguments.Heads.Count * tiles,
            LaunchList.Block(tile * (long)Math.Max(tile, width) / 4),
            SharedBytes(tile, width, type),
            arguments);

        AttentionOperand Along(Operand operand) => new()
        {
            Address = list.Address(operand),
            Position = operand.Strides[2],
            Width = operand.Strides[3],
        };
    }

    /// <summary>Tiles of query, key, value and output, the scores, and three numbers a row.</summary>
    private static int SharedBytes(int tile, int width, ElementType type) =>
        ((4 * tile * (width + 1)) + (tile * (tile + 1)) + (3 * tile)) * type.Size();

    [StructLayout(LayoutKind.Sequential)]
    private struct AttentionOperand
    {
        public ulong Address;
        public long Position;
        public long Width;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AttentionArguments
    {
        public AttentionOperand Query;
        public AttentionOperand Key;
        public AttentionOperand Value;
        public AttentionOperand Output;
        public StridedLoops<Steps4> Heads;
        public double Scale;
        public uint Positions;
        public uint Width;
        public uint Tile;
    }
}
