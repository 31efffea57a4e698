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
        var numbers = new double[plan.Bytes / sizeof(double)];
        new Philox(1, "kernel operands").FillNormal(numbers, 1);
        memory.Write(0, MemoryMarshal.AsBytes<double>(numbers));
        return new BoundCall(memory, backend.Prepare([call], memory));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Gives float64 operands places one after the other in one memory.</summary>
public sealed class OperandPlan
{
    private const long Alignment = 64;

    /// <summary>Bytes given so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>A contiguous operand of a shape.</summary>
    public Operand New(params ReadOnlySpan<int> extents)
    {
        var operand = new Operand(Bytes, ElementType.Float64, new Shape(extents));
        Bytes += ((operand.Shape.Size * sizeof(double)) + Alignment - 1) / Alignment * Alignment;
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
