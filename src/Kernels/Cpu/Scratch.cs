using System.Runtime.InteropServices;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Memory that the kernels of one sequence use in turn: as large as the largest of them needs. What a kernel left there
/// is gone when it runs again.
/// </summary>
internal sealed unsafe class Scratch : IDisposable
{
    private nuint _bytes;
    private byte* _pointer;

    /// <summary>First byte, on a cache line. Asked for only once every kernel has reserved what it needs.</summary>
    public byte* Pointer => _pointer != null ? _pointer : _pointer = (byte*)NativeMemory.AlignedAlloc(_bytes, 64);

    /// <summary>Makes sure that there are so many bytes.</summary>
    /// <exception cref="InvalidOperationException">The memory is in use already.</exception>
    public void Reserve(long bytes)
    {
        if (_pointer != null)
        {
            throw new InvalidOperationException("scratch memory cannot grow once kernels have run");
        }

        _bytes = Math.Max(_bytes, (nuint)bytes);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
