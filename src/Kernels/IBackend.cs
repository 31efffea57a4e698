using Looped.Kernels.Calls;

namespace Looped.Kernels;

/// <summary>
/// A machine that runs kernels: memory, and sequences of calls prepared once and run many times. Nothing in it speaks of
/// one kind of device, so that CPUs and GPUs stand behind the same interface.
/// </summary>
public interface IBackend
{
    /// <summary>Name shown in reports, such as <c>cpu (AVX-512)</c>.</summary>
    string Name { get; }

    /// <summary>Memory of this machine, zeroed.</summary>
    /// <param name="bytes">Size; zero is allowed.</param>
    IDeviceMemory Allocate(long bytes);

    /// <summary>
    /// Binds calls to memory. Everything that can be decided before a run is decided here; a run allocates nothing.
    /// </summary>
    /// <param name="calls">The calls, in order.</param>
    /// <param name="arena">The memory that the calls' operands index; it must outlive the sequence.</param>
    IKernelSequence Prepare(IReadOnlyList<KernelCall> calls, IDeviceMemory arena);
}

/// <summary>A block of a backend's memory.</summary>
public interface IDeviceMemory : IDisposable
{
    /// <summary>Size in bytes.</summary>
    long Bytes { get; }

    /// <summary>Copies host bytes to <paramref name="offset"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Copies bytes at <paramref name="offset"/> to the host.</summary>
    void Read(long offset, Span<byte> destination);
}

/// <summary>Calls that are ready to run.</summary>
public interface IKernelSequence : IDisposable
{
    /// <summary>Runs all calls in order and returns when their results are in memory.</summary>
    void Run();
}
