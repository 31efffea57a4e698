namespace Looped.Kernels.Cuda;

/// <summary>Launches captured as one graph.</summary>
internal sealed unsafe class CudaSequence : IKernelSequence
{
    /// <summary>Other threads may go on calling the driver while this one captures.</summary>
    private const int ThreadLocalCapture = 1;

    private const int KernelsInMessage = 8;

    private readonly CudaMemory _arena;
    private readonly CudaMemory? _extra;
    private readonly CudaLanes _lanes;
    private readonly CudaHandle? _graph;
    private readonly string _kernels;

    public CudaSequence(
        IReadOnlyList<CudaLaunch> launches, CudaMemory arena, CudaMemory? extra, CudaContext context, CudaLanes lanes)
    {
        (_arena, _extra, _lanes) = (arena, extra, lanes);
        string[] names = [.. launches.Select(launch => launch.Kernel).Distinct()];
        _kernels = names.Length <= KernelsInMessage
            ? string.Join(" or ", names)
            : $"{string.Join(" or ", names.Take(KernelsInMessage))} or another";
        if (launches.Count == 0)
        {
            return;
        }

        var lane = lanes.Rent();
        try
        {
            _graph = Capture(launches, lane, context);
        }
        finally
        {
            lanes.Return(lane);
        }
    }

    public void Run()
    {
        // Disposed memory is told from here, before the device reads what is now another's.
        _ = _arena.Address;
        if (_graph is null)
        {
            return;
        }

        var lane = _lanes.Rent();
        try
        {
            CudaApi.Check(CudaApi.cuGraphLaunch(_graph, lane.Stream), nameof(CudaApi.cuGraphLaunch), _kernels);
            lane.Wait(_kernels);
        }
        finally
        {
            _lanes.Return(lane);
        }
    }

    public void Dispose()
    {
        _graph?.Dispose();
        _extra?.Dispose();
    }

    private static CudaHandle Capture(IReadOnlyList<CudaLaunch> launches, CudaLane lane, CudaContext context)
    {
        nint[] functions = [.. launches.Select(launch => context.Function(launch.Module, launch.Kernel))];
        CudaApi.Check(
            CudaApi.cuStreamBeginCapture_v2(lane.Stream, ThreadLocalCapture), nameof(CudaApi.cuStreamBeginCapture_v2));
        nint captured;
        try
        {
            for (var i = 0; i < functions.Length; i++)
            {
                Launch(functions[i], launches[i], lane);
            }
        }
        finally
        {
            // A stream is left capturing by no error.
            CudaApi.Check(CudaApi.cuStreamEndCapture(lane.Stream, out captured), nameof(CudaApi.cuStreamEndCapture));
        }

        using var graph = context.Own(captured, CudaApi.cuGraphDestroy);
        CudaApi.Check(
            CudaApi.cuGraphInstantiateWithFlags(out var executable, graph, 0),
            nameof(CudaApi.cuGraphInstantiateWithFlags));
        return context.Own(executable, CudaApi.cuGraphExecDestroy);
    }

    private static void Launch(nint function, CudaLaunch launch, CudaLane lane)
    {
        fixed (byte* arguments = launch.Arguments)
        {
            void* first = arguments;
            CudaApi.Check(
                CudaApi.cuLaunchKernel(
                    function, launch.Blocks, 1, 1, launch.Threads, 1, 1, launch.SharedBytes, lane.Stream, &first, null),
                nameof(CudaApi.cuLaunchKernel),
                launch.Kernel);
        }
    }
}
