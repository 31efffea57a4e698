using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of kernels that read whole numbers: gather.cu, scatter_add.cu, one_hot.cu.</summary>
internal static class IndexLaunches
{
    public static void Add(LaunchList list, GatherCall call)
    {
        var rank = call.Indices.Shape.Rank;
        var arguments = new GatherArguments
        {
            Table = list.Address(call.Table),
            Indices = list.Address(call.Indices),
            Output = list.Address(call.Output),
            List = new(Numbers(call.Indices, call.Output)),
            Row = new(LoopNest.Over(
                [.. call.Table.Shape.Skip(1).Select(extent => (long)extent)],
                call.Table.Strides[1..].ToArray(),
                call.Output.Strides[rank..].ToArray())),
            RowStep = call.Table.Strides[0],
            Outside = call.Outside,
            Rows = call.Table.Shape[0],
        };
        list.AddElements(
            "gather",
            $"gather_{LaunchList.Suffix(call.Output.Type)}",
            DeviceLoops.Number(call.Output.Shape.Size),
            arguments);
    }

    public static void Add(LaunchList list, ScatterAddCall call)
    {
        var rank = call.Indices.Shape.Rank;
        var (outputs, numbers) = (call.Output.Shape[0], call.Indices.Shape.Size);
        if (call.Output.Shape.Size == 0)
        {
            return;
        }

        var arguments = new ScatterAddArguments
        {
            Rows = list.Address(call.Rows),
            Indices = list.Address(call.Indices),
            Output = list.Address(call.Output),
            Heads = list.Scratch(outputs * (long)sizeof(int)),
            Successors = list.Scratch(numbers * sizeof(int)),
            List = new(Numbers(call.Indices, call.Rows)),
            Row = new(LoopNest.Over(
                [.. call.Output.Shape.Skip(1).Select(extent => (long)extent)],
                call.Rows.Strides[rank..].ToArray(),
                call.Output.Strides[1..].ToArray())),
            OutputStep = call.Output.Strides[0],
            Outputs = (uint)outputs,
        };
        list.AddElements("scatter_add", "scatter_add_clear", Math.Max(outputs, numbers), arguments);
        list.AddElements("scatter_add", "scatter_add_link", numbers, arguments);
        list.AddElements(
            "scatter_add",
            $"scatter_add_{LaunchList.Suffix(call.Output.Type)}",
            DeviceLoops.Number(call.Output.Shape.Size),
            arguments);
    }

    public static void Add(LaunchList list, OneHotCall call)
    {
        var rank = call.Indices.Shape.Rank;
        var arguments = new OneHotArguments
        {
            Indices = list.Address(call.Indices),
            Output = list.Address(call.Output),
            List = new(Numbers(call.Indices, call.Output)),
            ClassStep = call.Output.Strides[rank],
            Classes = (uint)call.Output.Shape[rank],
        };
        list.AddElements(
            "one_hot",
            $"one_hot_{LaunchList.Suffix(call.Output.Type)}",
            DeviceLoops.Number(call.Output.Shape.Size),
            arguments);
    }

    /// <summary>Loops over the numbers, and over the rows of an operand that begins with their axes.</summary>
    private static LoopNest Numbers(Operand indices, Operand rows) => LoopNest.Over(
        [.. indices.Shape.Select(extent => (long)extent)],
        indices.Strides.ToArray(),
        rows.Strides[..indices.Shape.Rank].ToArray());

    [StructLayout(LayoutKind.Sequential)]
    private struct GatherArguments
    {
        public ulong Table;
        public ulong Indices;
        public ulong Output;
        public StridedLoops<Steps2> List;
        public StridedLoops<Steps2> Row;
        public long RowStep;
        public double Outside;
        public int Rows;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ScatterAddArguments
    {
        public ulong Rows;
        public ulong Indices;
        public ulong Output;
        public ulong Heads;
        public ulong Successors;
        public StridedLoops<Steps2> List;
        public StridedLoops<Steps2> Row;
        public long OutputStep;
        public uint Outputs;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OneHotArguments
    {
        public ulong Indices;
        public ulong Output;
        public StridedLoops<Steps2> List;
        public long ClassStep;
        public uint Classes;
    }
}
