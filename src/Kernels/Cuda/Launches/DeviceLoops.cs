using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Looped.Kernels.Cpu;

namespace Looped.Kernels.Cuda;

/// <summary>
/// Division by multiplication, as <c>Divider</c> of <c>loops.h</c> explains.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Divider
{
    private readonly uint _divisor;
    private readonly uint _magic;
    private readonly int _shift;

    public Divider(uint divisor)
    {
        _divisor = divisor;
        while (1UL << _shift < divisor)
        {
            _shift++;
        }

        _magic = divisor == 0 ? 0 : (uint)(((((1UL << _shift) - divisor) << 32) / divisor) + 1);
    }

    /// <summary>The quotient, as kernels take it.</summary>
    public uint Quotient(uint n) => (uint)((((ulong)n * _magic >> 32) + n) >> _shift);
}

/// <summary>One divisor a loop.</summary>
[InlineArray(DeviceLoops.MaxRank)]
internal struct Dividers
{
    private Divider _first;
}

/// <summary>Steps of one operand.</summary>
[InlineArray(DeviceLoops.MaxRank)]
internal struct Steps1
{
    private long _first;
}

/// <summary>Steps of two operands.</summary>
[InlineArray(2 * DeviceLoops.MaxRank)]
internal struct Steps2
{
    private long _first;
}

/// <summary>Steps of three operands.</summary>
[InlineArray(3 * DeviceLoops.MaxRank)]
internal struct Steps3
{
    private long _first;
}

/// <summary>Steps of four operands.</summary>
[InlineArray(4 * DeviceLoops.MaxRank)]
internal struct Steps4
{
    private long _first;
}

/// <summary>Steps of five operands.</summary>
[InlineArray(5 * DeviceLoops.MaxRank)]
internal struct Steps5
{
    private long _first;
}

/// <summary>Nested loops as kernels see them, innermost first.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DeviceLoops
{
    /// <summary>The most loops that kernels take.</summary>
    public const int MaxRank = 8;

    private readonly int _rank;
    private readonly uint _count;
    private Dividers _extents;

    /// <exception cref="NotSupportedException">There are too many loops, or turns of them.</exception>
    public DeviceLoops(LoopNest nest)
    {
        if (nest.Rank > MaxRank)
        {
            throw new NotSupportedException(
                $"CUDA kernels walk at most {MaxRank} axes that do not merge, not {nest.Rank}: copy the operands to contiguous ones");
        }

        _rank = nest.Rank;
        _count = Number(nest.Extents.Aggregate(1L, (product, extent) => product * extent));
        for (var loop = 0; loop < _rank; loop++)
        {
            _extents[loop] = new Divider((uint)nest.Extents[_rank - 1 - loop]);
        }
    }

    /// <summary>Turns of all loops together.</summary>
    public readonly long Count => _count;

    /// <summary>A count that kernels can number.</summary>
    /// <exception cref="NotSupportedException">It is too large.</exception>
    public static uint Number(long count) => count <= int.MaxValue
        ? (uint)count
        : throw new NotSupportedException($"CUDA kernels number at most {int.MaxValue} elements of a call, not {count}");
}

/// <summary>Loops with the steps of some operands, operand by operand.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StridedLoops<TSteps>
    where TSteps : unmanaged
{
    public DeviceLoops Loops;
    private TSteps _steps;

    /// <summary>A nest with the steps of its first operands, as many as there is room for.</summary>
    public StridedLoops(LoopNest nest)
    {
        Loops = new DeviceLoops(nest);
        WriteSteps(nest, MemoryMarshal.Cast<TSteps, long>(MemoryMarshal.CreateSpan(ref _steps, 1)));
    }

    /// <summary>Turns of all loops together.</summary>
    public readonly long Count => Loops.Count;

    /// <summary>Writes the steps of a nest's operands, innermost loop first, at so many places an operand.</summary>
    public static void WriteSteps(LoopNest nest, Span<long> steps)
    {
        for (var operand = 0; operand < Math.Min(nest.Strides.Length, steps.Length / DeviceLoops.MaxRank); operand++)
        {
            for (var loop = 0; loop < nest.Rank; loop++)
            {
                steps[(operand * DeviceLoops.MaxRank) + loop] = nest.Strides[operand][nest.Rank - 1 - loop];
            }
        }
    }
}
