namespace Looped.Kernels.Cuda;

/// <summary>Launches as one graph, in which those that need not wait for each other run at the same time.</summary>
internal sealed unsafe class CudaSequence : IKernelSequence
{
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

        context.Enter();
        _graph = Build(launches, context);
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

    private static CudaHandle Build(IReadOnlyList<CudaLaunch> launches, CudaContext context)
    {
        CudaApi.Check(CudaApi.cuGraphCreate(out var created, 0), nameof(CudaApi.cuGraphCreate));
        using var graph = context.Own(created, CudaApi.cuGraphDestroy);
        var nodes = new nint[launches.Count];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = Add(graph, launches[i], [.. launches[i].Waits.Select(wait => nodes[wait])], context);
        }

        CudaApi.Check(
            CudaApi.cuGraphInstantiateWithFlags(out var executable, graph, 0),
            nameof(CudaApi.cuGraphInstantiateWithFlags));
        return context.Own(executable, CudaApi.cuGraphExecDestroy);
    }

    private static nint Add(CudaHandle graph, CudaLaunch launch, nint[] waits, CudaContext context)
    {
        fixed (byte* arguments = launch.Arguments)
        {
            fixed (nint* first = waits)
            {
                void* parameter = arguments;
                var node = new CudaApi.KernelNode
                {
                    Function = context.Function(launch.Module, launch.Kernel),
                    GridX = launch.Blocks,
                    GridY = 1,
                    GridZ = 1,
                    BlockX = launch.Threads,
                    BlockY = 1,
                    BlockZ = 1,
                    SharedBytes = launch.SharedBytes,
                    Parameters = &parameter,
                };
                CudaApi.Check(
                    CudaApi.cuGraphAddKernelNode(out var added, graph, first, (nuint)waits.Length, &node),
                    nameof(CudaApi.cuGraphAddKernelNode),
                    launch.Kernel);
                return added;
            }
        }
    }
}
