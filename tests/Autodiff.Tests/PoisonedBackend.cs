using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Kernels.Cuda;
using Looped.Kernels.Reference;

namespace Looped.Autodiff.Tests;

/// <summary>
/// A backend whose memory starts as NaN in every element, so that a program that reads what it did not write shows it.
/// </summary>
internal sealed class PoisonedBackend(IBackend inner) : IBackend
{
    /// <summary>The definition of all kernels.</summary>
    public static readonly IBackend Reference = new PoisonedBackend(new ReferenceBackend());

    /// <summary>SIMD with 256-bit vectors.</summary>
    public static readonly IBackend Cpu256 = new PoisonedBackend(new CpuBackend(VectorWidth.Bits256));

    /// <summary>SIMD with 512-bit vectors.</summary>
    public static readonly IBackend Cpu512 = new PoisonedBackend(new CpuBackend(VectorWidth.Bits512));

    /// <summary>The emulated CUDA device; null where there is none.</summary>
    public static readonly IBackend? Cuda =
        EmulatedCuda.Problem is null ? new PoisonedBackend(new CudaBackend(CudaDevice.All()[0])) : null;

    public static IReadOnlyList<IBackend> All => [Reference, Cpu256, Cpu512, .. Cuda is null ? [] : new[] { Cuda }];

    public string Name => inner.Name;

    public IDeviceMemory Allocate(long bytes)
    {
        var memory = inner.Allocate(bytes);
        var poison = new byte[bytes];
        poison.AsSpan().Fill(0xFF);
        memory.Write(0, poison);
        return memory;
    }

    public IKernelSequence Prepare(IReadOnlyList<KernelCall> calls, IDeviceMemory arena) => inner.Prepare(calls, arena);
}
