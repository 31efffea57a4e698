namespace Looped.Kernels.Cuda;

/// <summary>
/// Device memory that is used again: what is given back is kept for the next request of about its size, and goes back to the
/// driver only when that has nothing left.
/// </summary>
internal sealed class CudaMemoryPool(CudaContext context)
{
    /// <summary>Requests are rounded up to a multiple, and large ones to a larger one, so that more of them fit.</summary>
    private const long SmallStep = 512;

    private const long LargeStep = 1 << 20;

    private readonly Dictionary<long, Stack<CudaHandle>> _free = [];
    private long _live;
    private long _reserved;

    /// <summary>Bytes in use.</summary>
    public long LiveBytes => Interlocked.Read(ref _live);

    /// <summary>Bytes taken from the driver.</summary>
    public long ReservedBytes => Interlocked.Read(ref _reserved);

    /// <summary>The bytes that a request takes.</summary>
    public static long Rounded(long bytes)
    {
        var step = bytes < LargeStep ? SmallStep : LargeStep;
        return (Math.Max(bytes, 1) + step - 1) / step * step;
    }

    /// <summary>Memory of at least a size, with whatever is in it.</summary>
    /// <exception cref="CudaException">The device has too little.</exception>
    public CudaHandle Rent(long bytes)
    {
        var size = Rounded(bytes);
        lock (_free)
        {
            var memory = _free.TryGetValue(size, out var stack) && stack.Count > 0 ? stack.Pop() : Allocate(size);
            _live += size;
            return memory;
        }
    }

    /// <summary>Takes memory back.</summary>
    public void Return(CudaHandle memory, long bytes)
    {
        var size = Rounded(bytes);
        lock (_free)
        {
            if (!_free.TryGetValue(size, out var stack))
            {
                stack = new Stack<CudaHandle>();
                _free.Add(size, stack);
            }

            stack.Push(memory);
            _live -= size;
        }
    }

    private CudaHandle Allocate(long size)
    {
        var status = CudaApi.cuMemAlloc_v2(out var address, (nuint)size);
        if (status == CudaApi.OutOfMemory)
        {
            Trim();
            status = CudaApi.cuMemAlloc_v2(out address, (nuint)size);
        }

        if (status == CudaApi.OutOfMemory)
        {
            throw new CudaException(
                $"the CUDA device has no {size >> 20} MiB left: {_live >> 20} MiB are in use by this program");
        }

        CudaApi.Check(status, nameof(CudaApi.cuMemAlloc_v2));
        _reserved += size;
        return context.Own((nint)address, memory => CudaApi.cuMemFree_v2((ulong)memory));
    }

    /// <summary>Gives all unused memory back to the driver.</summary>
    private void Trim()
    {
        foreach (var (size, stack) in _free)
        {
            while (stack.TryPop(out var memory))
            {
                memory.Dispose();
                _reserved -= size;
            }
        }
    }
}
