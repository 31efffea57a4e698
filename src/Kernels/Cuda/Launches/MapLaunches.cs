using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of elementwise chains: map.cu.</summary>
internal static class MapLaunches
{
    private const int ShortInputs = 15;
    private const int ShortSteps = 32;
    private const int LongInputs = 127;
    private const int LongSteps = 255;
    private const int VectorBytes = 16;

    public static void Add(LaunchList list, MapCall call)
    {
        var nest = LoopNest.Over(call.Output.Shape, [call.Output, .. call.Inputs]);
        var loops = new DeviceLoops(nest);
        if (loops.Count == 0)
        {
            return;
        }

        var type = call.Output.Type;
        var vector = VectorBytes / type.Size();
        var registers = new MapRegisters(call);
        var isLong = call.Inputs.Count > ShortInputs || call.Steps.Count > ShortSteps;
        var isFlat = !isLong && IsFlat(list, call, nest, loops.Count, vector);
        var threads = isFlat ? loops.Count / vector : loops.Count;
        var registerBytes = registers.Count * (isFlat ? VectorBytes : type.Size());
        var block = Math.Min(LaunchList.Block(threads), LaunchList.SharedLimit / registerBytes / 32 * 32);
        if (block == 0 || call.Inputs.Count > LongInputs || call.Steps.Count > LongSteps)
        {
            throw new NotSupportedException(
                $"CUDA kernels take chains of at most {LongInputs} inputs and {LongSteps} steps, and not all their results at " +
                $"once, not {call.Inputs.Count} and {call.Steps.Count}");
        }

        var blocks = Math.Min((threads + block - 1) / block, 1 << 14);
        if (isLong)
        {
            var arguments = default(LongArguments);
            arguments.Loops = loops;
            (arguments.Inputs, arguments.Steps) = (call.Inputs.Count, call.Steps.Count);
            Describe(list, call, nest, registers, arguments.Addresses, arguments.Strides, arguments.Chain);
            list.Add(
                "map",
                $"map_long_{LaunchList.Suffix(type)}",
                blocks,
                block,
                block * registerBytes,
                list.Constant(arguments));
        }
        else
        {
            var arguments = default(ShortArguments);
            arguments.Loops = loops;
            (arguments.Inputs, arguments.Steps) = (call.Inputs.Count, call.Steps.Count);
            Describe(list, call, nest, registers, arguments.Addresses, arguments.Strides, arguments.Chain);
            list.Add(
                "map",
                $"map_{(isFlat ? "flat_" : string.Empty)}{LaunchList.Suffix(type)}",
                blocks,
                block,
                block * registerBytes,
                arguments);
        }
    }

    /// <summary>Whether all operands can be taken in vectors, or are one number each.</summary>
    private static bool IsFlat(LaunchList list, MapCall call, LoopNest nest, long count, int vector) =>
        nest.Rank == 1 && count % vector == 0 && nest.Strides[0][0] == 1 && nest.Strides.All(steps => steps[0] is 0 or 1) &&
        call.Inputs.Prepend(call.Output)
            .Where((_, operand) => nest.Strides[operand][0] == 1)
            .All(operand => list.Address(operand) % VectorBytes == 0);

    private static void Describe(
        LaunchList list,
        MapCall call,
        LoopNest nest,
        MapRegisters registers,
        Span<ulong> addresses,
        Span<long> strides,
        Span<Step> chain)
    {
        addresses[0] = list.Address(call.Output);
        for (var i = 0; i < call.Inputs.Count; i++)
        {
            addresses[i + 1] = list.Address(call.Inputs[i]);
        }

        StridedLoops<Steps1>.WriteSteps(nest, strides);
        for (var s = 0; s < call.Steps.Count; s++)
        {
            var step = call.Steps[s];
            chain[s] = new Step
            {
                Function = (byte)step.Function,
                A = registers[step.A],
                B = step.Arity > 1 ? registers[step.B] : registers[step.A],
                C = step.Arity > 2 ? registers[step.C] : registers[step.A],
                Result = registers[call.Inputs.Count + s],
                Constant = step.Constant,
            };
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Step
    {
        public byte Function;
        public byte A;
        public byte B;
        public byte C;
        public byte Result;
        public double Constant;
    }

    [InlineArray(ShortInputs + 1)]
    private struct ShortAddresses
    {
        private ulong _first;
    }

    [InlineArray((ShortInputs + 1) * DeviceLoops.MaxRank)]
    private struct ShortStrides
    {
        private long _first;
    }

    [InlineArray(ShortSteps)]
    private struct ShortChain
    {
        private Step _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ShortArguments
    {
        public DeviceLoops Loops;
        public int Inputs;
        public int Steps;
        public ShortAddresses Addresses;
        public ShortStrides Strides;
        public ShortChain Chain;
    }

    [InlineArray(LongInputs + 1)]
    private struct LongAddresses
    {
        private ulong _first;
    }

    [InlineArray((LongInputs + 1) * DeviceLoops.MaxRank)]
    private struct LongStrides
    {
        private long _first;
    }

    [InlineArray(LongSteps)]
    private struct LongChain
    {
        private Step _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LongArguments
    {
        public DeviceLoops Loops;
        public int Inputs;
        public int Steps;
        public LongAddresses Addresses;
        public LongStrides Strides;
        public LongChain Chain;
    }
}
