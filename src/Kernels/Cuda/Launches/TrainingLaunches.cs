using System.Runtime.InteropServices;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of what training needs beside derivatives: adam.cu, philox.cu.</summary>
internal static class TrainingLaunches
{
    public static void Add(LaunchList list, AdamCall call)
    {
        var arguments = new AdamArguments
        {
            Gradient = list.Address(call.Inputs[0]),
            Mean = list.Address(call.Inputs[1]),
            Square = list.Address(call.Inputs[2]),
            Powers = list.Address(call.Inputs[3]),
            Weights = list.Address(call.Output),
            Rate = call.Rate,
            Beta1 = call.Beta1,
            Beta2 = call.Beta2,
            Epsilon = call.Epsilon,
            Decay = call.Rate * call.Decay,
            Count = DeviceLoops.Number(call.Output.Shape.Size),
        };
        list.Add("adam", "adam_advance", 1, 32, 0, arguments);
        list.AddElements("adam", $"adam_{LaunchList.Suffix(call.Output.Type)}", arguments.Count, arguments);
    }

    public static void Add(LaunchList list, PhiloxCall call)
    {
        var arguments = new PhiloxArguments
        {
            Output = list.Address(call.Output),
            Seed = call.Seed,
            Stream = Philox.StreamOf(call.Purpose),
            Scale = call.Scale,
            Count = DeviceLoops.Number(call.Output.Shape.Size),
            IsNormal = call.IsNormal ? 1u : 0u,
        };
        list.AddElements(
            "philox", $"philox_{LaunchList.Suffix(call.Output.Type)}", (arguments.Count + 1L) / 2, arguments);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AdamArguments
    {
        public ulong Weights;
        public ulong Gradient;
        public ulong Mean;
        public ulong Square;
        public ulong Powers;
        public double Rate;
        public double Beta1;
        public double Beta2;
        public double Epsilon;
        public double Decay;
        public uint Count;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PhiloxArguments
    {
        public ulong Output;
        public ulong Seed;
        public ulong Stream;
        public double Scale;
        public uint Count;
        public uint IsNormal;
    }
}
