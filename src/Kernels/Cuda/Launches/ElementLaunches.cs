using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of kernels that write each element by itself: fill.cu, iota.cu, convert.cu.</summary>
internal static class ElementLaunches
{
    public static void Add(LaunchList list, FillCall call)
    {
        var arguments = new FillArguments
        {
            Output = list.Address(call.Output),
            Loops = new(LoopNest.Over(call.Output.Shape, call.Output)),
            Value = call.Value,
        };
        list.AddElements("fill", $"fill_{LaunchList.Suffix(call.Output.Type)}", arguments.Loops.Count, arguments);
    }

    public static void Add(LaunchList list, IotaCall call)
    {
        var arguments = new IotaArguments
        {
            Output = list.Address(call.Output),
            Step = call.Output.Strides[0],
            Count = (uint)call.Output.Shape[0],
        };
        list.AddElements("iota", $"iota_{LaunchList.Suffix(call.Output.Type)}", arguments.Count, arguments);
    }

    /// <summary>A conversion, or a copy.</summary>
    public static void Add(LaunchList list, Operand input, Operand output)
    {
        var arguments = new ConvertArguments
        {
            Input = list.Address(input),
            Output = list.Address(output),
            Loops = new(LoopNest.Over(output.Shape, input, output)),
        };
        var kernel = $"convert_{LaunchList.Suffix(input.Type)}_{LaunchList.Suffix(output.Type)}";
        list.AddElements("convert", kernel, arguments.Loops.Count, arguments);
    }

    /// <summary>Whole numbers have no functions but the copy.</summary>
    public static void AddCopy(LaunchList list, MapCall call)
    {
        if (call.Steps is not [{ Function: MapFunction.Copy }])
        {
            throw new NotSupportedException($"the CUDA backend has no kernel {call.Name} that makes {call.Output}");
        }

        Add(list, call.Inputs[call.Steps[0].A], call.Output);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FillArguments
    {
        public ulong Output;
        public StridedLoops<Steps1> Loops;
        public double Value;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IotaArguments
    {
        public ulong Output;
        public long Step;
        public uint Count;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ConvertArguments
    {
        public ulong Input;
        public ulong Output;
        public StridedLoops<Steps2> Loops;
    }
}
