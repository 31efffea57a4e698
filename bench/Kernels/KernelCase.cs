using System.Runtime.InteropServices;
using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Benchmarks;

/// <summary>A kernel call to be timed.</summary>
/// <param name="Name">Kernel and what sets this call apart.</param>
/// <param name="Make">Makes the call on operands that it asks a plan for.</param>
/// <param name="IsQuick">Whether the quick run takes it.</param>
public sealed record KernelCase(string Name, Func<OperandPlan, KernelCall> Make, bool IsQuick = false)
{
    /// <summary>Binds the call to memory of its own on a backend, filled with the same normal numbers each time.</summary>
    public BoundCall Bind(IBackend backend)
    {
        var plan = new OperandPlan();
        var call = Make(plan);
        var memory = backend.Allocate(plan.Bytes);
        plan.Fill(memory);
        return new BoundCall(memory, backend.Prepare([call], memory));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Gives operands places one after the other in one memory, and what they hold.</summary>
public sealed class OperandPlan
{
    private const long Alignment = 64;

    private readonly List<(Operand Operand, int Limit)> _operands = [];

    /// <summary>Bytes given so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>A contiguous float64 operand of a shape, of normal numbers.</summary>
    public Operand New(params ReadOnlySpan<int> extents) => New(ElementType.Float64, extents);

    /// <summary>A contiguous operand of a shape, of normal numbers.</summary>
    public Operand New(ElementType element, params ReadOnlySpan<int> extents) => Place(element, new Shape(extents), limit: 0);

    /// <summary>A contiguous operand of a shape, of whole numbers 0 .. <paramref name="limit"/> - 1.</summary>
    public Operand Indices(int limit, params ReadOnlySpan<int> extents) =>
        Place(ElementType.Int32, new Shape(extents), limit);

    /// <summary>Writes what the operands hold, the same numbers each time.</summary>
    public void Fill(IDeviceMemory memory)
    {
        var random = new Philox(1, "kernel operands");
        foreach (var (operand, limit) in _operands)
        {
            var size = (int)operand.Shape.Size;
            if (operand.Type == ElementType.Int32)
            {
                int[] indices = [.. Enumerable.Range(0, size).Select(_ => random.NextInt(limit))];
                memory.Write(operand.Offset, MemoryMarshal.AsBytes<int>(indices));
                continue;
            }

            var numbers = new double[size];
            random.FillNormal(numbers, 1);
            memory.Write(
                operand.Offset,
                operand.Type == ElementType.Float64
                    ? MemoryMarshal.AsBytes<double>(numbers)
                    : MemoryMarshal.AsBytes<float>(Array.ConvertAll(numbers, number => (float)number)));
        }
    }

    private Operand Place(ElementType element, Shape shape, int limit)
    {
        var operand = new Operand(Bytes, element, shape);
        Bytes += ((shape.Size * element.Size()) + Alignment - 1) / Alignment * Alignment;
        _operands.Add((operand, limit));
        return operand;
    }
}

/// <summary>A call with its memory, ready to run.</summary>
public sealed class BoundCall(IDeviceMemory memory, IKernelSequence sequence) : IDisposable
{
    /// <summary>Runs the call.</summary>
    public void Run() => sequence.Run();

    /// <inheritdoc/>
    public void Dispose()
    {
        sequence.Dispose();
        memory.Dispose();
    }
}
