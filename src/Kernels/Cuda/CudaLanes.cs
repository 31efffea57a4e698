namespace Looped.Kernels.Cuda;

/// <summary>A stream with page-locked host memory through which bytes go to and from the device.</summary>
internal sealed record CudaLane(CudaHandle Stream, CudaHandle Staging)
{
    /// <summary>Bytes of the staging memory.</summary>
    public const int StagingBytes = 1 << 20;

    /// <summary>Returns when everything on the stream is done.</summary>
    public void Wait(string? kernel = null) =>
        CudaApi.Check(CudaApi.cuStreamSynchronize(Stream), nameof(CudaApi.cuStreamSynchronize), kernel);
}

/// <summary>Lanes, as many as threads work at a time; each is used by one at a time.</summary>
internal sealed class CudaLanes(CudaContext context)
{
    private const uint NonBlocking = 1;

    private readonly Stack<CudaLane> _free = [];

    /// <summary>A lane for the calling thread alone, whose context is made current.</summary>
    public CudaLane Rent()
    {
        context.Enter();
        lock (_free)
        {
            if (_free.TryPop(out var lane))
            {
                return lane;
            }
        }

        CudaApi.Check(CudaApi.cuStreamCreate(out var stream, NonBlocking), nameof(CudaApi.cuStreamCreate));
        var owned = context.Own(stream, CudaApi.cuStreamDestroy_v2);
        CudaApi.Check(
            CudaApi.cuMemHostAlloc(out var staging, CudaLane.StagingBytes, 0), nameof(CudaApi.cuMemHostAlloc));
        return new CudaLane(owned, context.Own(staging, CudaApi.cuMemFreeHost));
    }

    /// <summary>Gives a lane back.</summary>
    public void Return(CudaLane lane)
    {
        lock (_free)
        {
            _free.Push(lane);
        }
    }
}
