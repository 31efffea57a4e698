namespace Looped.Kernels.Cuda;

/// <summary>A block of device memory.</summary>
internal sealed unsafe class CudaMemory : IDeviceMemory
{
    private readonly CudaMemoryPool _pool;
    private readonly CudaLanes _lanes;
    private CudaHandle? _block;

    public CudaMemory(long bytes, CudaMemoryPool pool, CudaLanes lanes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        (Bytes, _pool, _lanes) = (bytes, pool, lanes);
        var lane = lanes.Rent();
        try
        {
            _block = pool.Rent(bytes);
            if (bytes > 0)
            {
                CudaApi.Check(
                    CudaApi.cuMemsetD8Async(Address, 0, (nuint)bytes, lane.Stream), nameof(CudaApi.cuMemsetD8Async));
                lane.Wait();
            }
        }
        finally
        {
            lanes.Return(lane);
        }
    }

    /// <inheritdoc/>
    public long Bytes { get; }

    /// <summary>The first byte's address on the device.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public ulong Address => (ulong)(_block ?? throw new ObjectDisposedException(nameof(CudaMemory))).Value;

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        Check(offset, source.Length);
        var lane = _lanes.Rent();
        try
        {
            for (var done = 0; done < source.Length; done += CudaLane.StagingBytes)
            {
                var part = source.Slice(done, Math.Min(CudaLane.StagingBytes, source.Length - done));
                part.CopyTo(new Span<byte>((void*)lane.Staging.Value, part.Length));
                CudaApi.Check(
                    CudaApi.cuMemcpyHtoDAsync_v2(
                        Address + (ulong)(offset + done), lane.Staging.Value, (nuint)part.Length, lane.Stream),
                    nameof(CudaApi.cuMemcpyHtoDAsync_v2));
                lane.Wait();
            }
        }
        finally
        {
            _lanes.Return(lane);
        }
    }

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        var lane = _lanes.Rent();
        try
        {
            for (var done = 0; done < destination.Length; done += CudaLane.StagingBytes)
            {
                var part = destination.Slice(done, Math.Min(CudaLane.StagingBytes, destination.Length - done));
                CudaApi.Check(
                    CudaApi.cuMemcpyDtoHAsync_v2(
                        lane.Staging.Value, Address + (ulong)(offset + done), (nuint)part.Length, lane.Stream),
                    nameof(CudaApi.cuMemcpyDtoHAsync_v2));
                lane.Wait();
                new ReadOnlySpan<byte>((void*)lane.Staging.Value, part.Length).CopyTo(part);
            }
        }
        finally
        {
            _lanes.Return(lane);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _block, null) is { } block)
        {
            _pool.Return(block, Bytes);
        }
    }

    private void Check(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_block is null, this);
        if (offset < 0 || offset > Bytes - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"{length} bytes from byte {offset} on do not lie in a memory of {Bytes} bytes");
        }
    }
}
