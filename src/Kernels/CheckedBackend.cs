using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels;

/// <summary>A computation made a number that is none; the message is one sentence that says where.</summary>
public sealed class NumericsException(string message) : ArithmeticException(message);

/// <summary>
/// Another backend, watched: after each kernel its output is searched for NaN, and the first function that made one is
/// named. Chains of elementwise functions are run function by function. Much slower, and the same numbers.
/// </summary>
/// <param name="inner">The backend that does the work.</param>
public sealed class CheckedBackend(IBackend inner) : IBackend
{
    /// <inheritdoc/>
    public string Name => $"{inner.Name}, checked";

    /// <summary>Memory of the size asked for, and as much again in which chains can be run function by function.</summary>
    public IDeviceMemory Allocate(long bytes) => new Memory(inner.Allocate(2 * RoundUp(bytes)), bytes);

    /// <inheritdoc/>
    public IKernelSequence Prepare(IReadOnlyList<KernelCall> calls, IDeviceMemory arena)
    {
        var memory = (Memory)arena;
        return new Sequence(
            [.. calls.SelectMany(call => Prefixes(call, RoundUp(memory.Bytes)))
                .Select(call => (call, inner.Prepare([call], memory.Whole)))],
            memory.Whole);
    }

    /// <summary>A chain's beginnings, each into scratch memory, and then the call itself.</summary>
    private static IEnumerable<KernelCall> Prefixes(KernelCall call, long scratch)
    {
        if (call is MapCall map)
        {
            var target = new Operand(scratch, map.Output.Type, map.Output.Shape);
            for (var length = 1; length < map.Steps.Count; length++)
            {
                yield return new MapCall(map.Inputs, [.. map.Steps.Take(length)], target);
            }
        }

        yield return call;
    }

    private static long RoundUp(long bytes) => (bytes + 63) / 64 * 64;

    /// <summary>Memory with scratch behind it that the owner does not see.</summary>
    private sealed class Memory(IDeviceMemory whole, long bytes) : IDeviceMemory
    {
        public IDeviceMemory Whole { get; } = whole;

        public long Bytes { get; } = bytes;

        public void Write(long offset, ReadOnlySpan<byte> source) => Whole.Write(offset, source);

        public void Read(long offset, Span<byte> destination) => Whole.Read(offset, destination);

        public void Dispose() => Whole.Dispose();
    }

    private sealed class Sequence((KernelCall Call, IKernelSequence Code)[] kernels, IDeviceMemory memory)
        : IKernelSequence
    {
        public void Run()
        {
            foreach (var (call, code) in kernels)
            {
                // A kernel may write over its inputs, so they are looked at first.
                var given = call.Inputs.FirstOrDefault(HasNaN);
                code.Run();
                if (!HasNaN(call.Output))
                {
                    continue;
                }

                var function = call is MapCall map ? map.Steps[^1].Function.ToString() : call.Name;
                throw new NumericsException(given is null
                    ? $"{function} was the first to make a NaN, in its result {call.Output.Type.ShortName()}{call.Output.Shape}"
                    : $"{function} was given a NaN in its operand {given.Type.ShortName()}{given.Shape}: " +
                      "an input of the program holds one");
            }
        }

        public void Dispose()
        {
            foreach (var (_, code) in kernels)
            {
                code.Dispose();
            }
        }

        private bool HasNaN(Operand operand)
        {
            if (!operand.Type.IsFloat() || operand.Shape.Size == 0)
            {
                return false;
            }

            // From the first to the last element in memory: what lies between belongs to the same tensor or is finite.
            var last = 0L;
            for (var axis = 0; axis < operand.Shape.Rank; axis++)
            {
                last += (operand.Shape[axis] - 1) * operand.Strides[axis];
            }

            var bytes = new byte[(last + 1) * operand.Type.Size()];
            memory.Read(operand.Offset, bytes);
            return operand.Type == ElementType.Float64
                ? Array.Exists(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), double.IsNaN)
                : Array.Exists(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), float.IsNaN);
        }
    }
}
