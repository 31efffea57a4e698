using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of causal attention: attention.cu, attention_pullback.cu.</summary>
internal static class AttentionLaunches
{
    private const int LargestTile = 64;

    /// <summary>What is kept of a row beside its tiles: the largest score, and two sums.</summary>
    private const int NumbersOfRow = 3;

    public static void Add(LaunchList list, CausalAttentionCall call)
    {
        var shape = call.Output.Shape;
        if (shape.Size == 0)
        {
            return;
        }

        var (positions, width, type) = (shape[2], shape[3], call.Output.Type);
        var (tile, sharedBytes) = Tile(shape, type, operands: 4, scores: 1);
        var arguments = new AttentionArguments
        {
            Query = Along(list, call.Query),
            Key = Along(list, call.Key),
            Value = Along(list, call.Value),
            Output = Along(list, call.Output),
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
        list.Add(
            "attention",
            $"attention_{LaunchList.Suffix(type)}",
            arguments.Heads.Count * Tiles(positions, tile),
            LaunchList.Block(tile * (long)Math.Max(tile, width) / 4),
            sharedBytes,
            arguments);
    }

    public static void Add(LaunchList list, CausalAttentionPullbackCall call)
    {
        var shape = call.Query.Shape;
        if (shape.Size == 0)
        {
            return;
        }

        var (positions, width, type) = (shape[2], shape[3], call.Output.Type);
        var (tile, sharedBytes) = Tile(shape, type, operands: 4, scores: 2);
        var output = call.Output.Strides.ToArray();
        var heads = new StridedLoops<Steps5>(LoopNest.Over(
            [shape[0], shape[1]], [.. call.Inputs.Select(operand => operand.Strides[..2].ToArray()), output[1..3]]));
        var arguments = new AttentionPullbackArguments
        {
            Query = Along(list, call.Query),
            Key = Along(list, call.Key),
            Value = Along(list, call.Value),
            Cotangent = Along(list, call.Cotangent),
            Output = Along(list, call.Output),
            Heads = heads,
            Part = output[0],
            Rows = list.Scratch(heads.Count * positions * NumbersOfRow * type.Size()),
            Scale = call.Scale,
            Positions = (uint)positions,
            Width = (uint)width,
            Tile = (uint)tile,
        };
        foreach (var results in (string[])["queries", "keys"])
        {
            list.Add(
                "attention_pullback",
                $"attention_pull_{results}_{LaunchList.Suffix(type)}",
                heads.Count * Tiles(positions, tile),
                LaunchList.Block(tile * (long)Math.Max(tile, width) / 4),
                sharedBytes,
                arguments);
        }
    }

    private static AttentionOperand Along(LaunchList list, Operand operand) => new()
    {
        Address = list.Address(operand),
        Position = operand.Strides[^2],
        Width = operand.Strides[^1],
    };

    private static int Tiles(int positions, int tile) => (positions + tile - 1) / tile;

    /// <summary>Rows of a tile, as many as there is room and use for, and a block's shared memory.</summary>
    /// <param name="shape">(B,H,T,D).</param>
    /// <param name="type">Of all operands.</param>
    /// <param name="operands">Tiles of rows of width D.</param>
    /// <param name="scores">Tiles of a number for each pair of rows.</param>
    private static (int Rows, int SharedBytes) Tile(Shape shape, ElementType type, int operands, int scores)
    {
        var (positions, width) = (shape[2], shape[3]);
        for (var tile = LargestTile; tile > 0; tile /= 2)
        {
            var numbers = (operands * (width + 1L)) + (scores * (tile + 1)) + NumbersOfRow;
            if (tile * numbers * type.Size() <= LaunchList.SharedLimit && (tile == 1 || tile / 2 < positions))
            {
                return (tile, (int)(tile * numbers * type.Size()));
            }
        }

        throw new NotSupportedException($"CUDA attention has no room for heads of width {width} in {type.ShortName()}");
    }

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

    [StructLayout(LayoutKind.Sequential)]
    private struct AttentionPullbackArguments
    {
        public AttentionOperand Query;
        public AttentionOperand Key;
        public AttentionOperand Value;
        public AttentionOperand Cotangent;
        public AttentionOperand Output;
        public StridedLoops<Steps5> Heads;
        public long Part;
        public ulong Rows;
        public double Scale;
        public uint Positions;
        public uint Width;
        public uint Tile;
    }
}
