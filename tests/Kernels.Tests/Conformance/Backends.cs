using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Kernels.Cuda;
using Looped.Kernels.Reference;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>The backends, and what each must do with any call.</summary>
internal static class Backends
{
    private static readonly IBackend[] All =
    [
        new ReferenceBackend(),
        new CpuBackend(VectorWidth.Bits256),
        new CpuBackend(VectorWidth.Bits512),
        .. EmulatedCuda.Problem is null ? [new CudaBackend(CudaDevice.All()[0])] : Array.Empty<IBackend>(),
    ];

    /// <summary>Runs so far, which take the orders of an emulated block's threads in turn.</summary>
    private static int runs;

    /// <summary>
    /// On every backend the call writes what the oracle says, touches nothing else (reads included), and gives the same
    /// bits again; and so do two calls that make a part of the output each.
    /// </summary>
    public static void Check(KernelCall call, ArenaImage before, string what)
    {
        var expected = Oracle.Of(call, before);
        foreach (var backend in All)
        {
            var message = $"{backend.Name}, {what}: {call}";
            using var arena = backend.Allocate(before.Bytes.Length);
            using var sequence = backend.Prepare([call], arena);
            var first = Run(sequence, arena, before);
            CheckValues(call, expected, first, message);
            CheckRest(call, before.Bytes, first, message);
            Assert.True(first.AsSpan().SequenceEqual(Run(sequence, arena, before)), $"other bits again: {message}");
        }

        foreach (var (parts, axis) in InParts(call))
        {
            var message = $"in two parts along axis {axis} of the output, {what}: {call}";
            var backend = All[2];
            using var arena = backend.Allocate(before.Bytes.Length);
            using var sequence = backend.Prepare(parts, arena);
            var after = Run(sequence, arena, before);
            CheckValues(call, expected, after, message);
            CheckRest(call, before.Bytes, after, message);
        }
    }

    /// <summary>A call as two that make a part of the output each, along every axis where that is possible.</summary>
    private static IEnumerable<(KernelCall[] Parts, int Axis)> InParts(KernelCall call)
    {
        for (var axis = 0; axis < call.Output.Shape.Rank; axis++)
        {
            var extent = call.Output.Shape[axis];
            if (extent > 1 && call.Slice(axis, 0, extent / 2) is { } first)
            {
                yield return ([first, call.Slice(axis, extent / 2, extent - (extent / 2))!], axis);
            }
        }
    }

    /// <summary>A function of float64 arguments on every backend.</summary>
    public static IEnumerable<double[]> Map(MapFunction function, double[] arguments)
    {
        foreach (var backend in All)
        {
            var operand = new Operand(0, ElementType.Float64, new Shape(arguments.Length));
            var result = new double[arguments.Length];
            using var arena = backend.Allocate(sizeof(double) * arguments.Length);
            using var sequence = backend.Prepare([new MapCall([operand], [new MapStep(function, 0)], operand)], arena);
            arena.Write(0, MemoryMarshal.AsBytes(arguments.AsSpan()));
            sequence.Run();
            arena.Read(0, MemoryMarshal.AsBytes(result.AsSpan()));
            yield return result;
        }
    }

    private static byte[] Run(IKernelSequence sequence, IDeviceMemory arena, ArenaImage before)
    {
        arena.Write(0, before.Bytes);
        if (arena is CudaMemory)
        {
            EmulatedCuda.SetOrder(Interlocked.Increment(ref runs) % 4);
        }

        if (arena is CudaMemory && !EmulatedCuda.IsEmulated)
        {
            sequence.Run();
        }
        else
        {
            Fences.Raise(arena, before, sequence.Run);
        }

        var after = new byte[before.Bytes.Length];
        arena.Read(0, after);
        return after;
    }

    private static void CheckValues(KernelCall call, Expected expected, byte[] after, string message)
    {
        var tolerance = call.Output.Type == ElementType.Float64 ? 1e-13 : 1e-5;
        var positions = ArenaImage.Positions(call.Output);
        for (var i = 0; i < positions.Length; i++)
        {
            var value = ArenaImage.Read(after, call.Output.Type, positions[i]);
            var error = Math.Abs(value - expected.Values[i]);
            Assert.True(
                value.Equals(expected.Values[i]) || error <= tolerance * expected.Scale,
                $"element {i} is {value} and should be {expected.Values[i]} (scale {expected.Scale}): {message}");
        }
    }

    private static void CheckRest(KernelCall call, ReadOnlySpan<byte> before, byte[] after, string message)
    {
        var size = call.Output.Type.Size();
        var expected = before.ToArray();
        foreach (var position in ArenaImage.Positions(call.Output))
        {
            after.AsSpan((int)position, size).CopyTo(expected.AsSpan((int)position));
        }

        Assert.True(expected.AsSpan().SequenceEqual(after), $"bytes outside the output changed: {message}");
    }
}
