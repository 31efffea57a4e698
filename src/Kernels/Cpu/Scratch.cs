namespace Looped.Kernels.Cpu;

/// <summary>
/// Memory that the kernels of one sequence use in turn, a block for each worker: as large as the most demanding kernel
/// needs. What a kernel left there is gone when it runs again.
/// </summary>
internal sealed unsafe class Scratch(int workers) : IDisposable
{
    private readonly nint[] _blocks = new nint[workers];
    private nuint _bytes;
    private bool _isInUse;

    /// <summary>
    /// First byte of a worker's block, on a page boundary. Asked for only once every kernel has reserved what it needs.
    /// </summary>
    public byte* Pointer(int worker)
    {
        _isInUse = true;
        if (_blocks[worker] == 0)
        {
            _blocks[worker] = (nint)HostPages.Allocate(_bytes);
        }

        return (byte*)_blocks[worker];
    }

    /// <summary>Makes sure that there are so many bytes.</summary>
    /// <exception cref="InvalidOperationException">The memory is in use already.</exception>
    public void Reserve(long bytes)
    {
        if (_isInUse)
        {
            throw new InvalidOperationException("scratch memory cannot grow once kernels have run");
        }

        _bytes = Math.Max(_bytes, (nuint)bytes);
    }

    public void Dispose()
    {
        for (var worker = 0; worker < _blocks.Length; worker++)
        {
            HostPages.Free((byte*)_blocks[worker]);
            _blocks[worker] = 0;
        }
    }
}
