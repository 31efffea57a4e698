using Looped.Kernels.Calls;

namespace Looped.Kernels.Cuda;

/// <summary>How products of float32 matrices round their factors.</summary>
public enum CudaPrecision
{
    /// <summary>Not at all.</summary>
    Full,

    /// <summary>To 10 bits behind the leading one, on tensor cores; compute capability 8.0 and up.</summary>
    Tf32,

    /// <summary>To 7 bits behind the leading one, on tensor cores; compute capability 8.0 and up.</summary>
    Bf16,
}

/// <summary>
/// Kernels on an NVIDIA GPU. A sequence is one graph, made when it is prepared and replayed by each run, which allocates
/// nothing; calls that touch no memory of each other run at the same time. Results depend on shapes and the device's kind alone. Several threads may use one backend.
/// </summary>
public sealed class CudaBackend : IBackend
{
    private readonly CudaContext _context;
    private readonly CudaMemoryPool _pool;
    private readonly CudaLanes _lanes;
    private readonly CudaPrecision _precision;

    /// <summary>A backend on a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">What products of float32 matrices may lose.</param>
    /// <exception cref="CudaException">The device cannot be used, or not with this precision.</exception>
    public CudaBackend(CudaDevice device, CudaPrecision precision = CudaPrecision.Full)
    {
        if (device.Problem is { } problem)
        {
            throw new CudaException($"CUDA device {device.Index}, {device.Name}, cannot be used: {problem}");
        }

        if (precision != CudaPrecision.Full && device.Capability.Major < 8)
        {
            throw new CudaException(
                $"{precision} products need compute capability 8.0, and CUDA device {device.Index} has {device.Capability}");
        }

        (Device, _precision) = (device, precision);
        _context = new CudaContext(device);
        _pool = new CudaMemoryPool(_context);
        _lanes = new CudaLanes(_context);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <inheritdoc/>
    public string Name => $"cuda:{Device.Index} ({Device.Name})";

    /// <summary>Bytes of device memory in use.</summary>
    public long LiveBytes => _pool.LiveBytes;

    /// <summary>Bytes of device memory taken from the driver: what is in use, and what is kept to be used again.</summary>
    public long ReservedBytes => _pool.ReservedBytes;

    /// <inheritdoc/>
    /// <exception cref="CudaException">The device has too little memory left.</exception>
    public IDeviceMemory Allocate(long bytes) => new CudaMemory(bytes, _pool, _lanes);

    /// <inheritdoc/>
    /// <exception cref="CudaException">The driver refuses a kernel.</exception>
    /// <exception cref="NotSupportedException">A call is beyond what the kernels can address.</exception>
    public IKernelSequence Prepare(IReadOnlyList<KernelCall> calls, IDeviceMemory arena)
    {
        var memory = (CudaMemory)arena;

        // Sizes first: scratch memory is rented once, as large as the call that needs most.
        var sizes = new LaunchList(memory.Address, scratch: 0, constants: 0, _precision);
        sizes.AddRange(calls);
        var extra = sizes.ScratchBytes + sizes.Constants.Length > 0
            ? new CudaMemory(sizes.ScratchBytes + sizes.Constants.Length, _pool, _lanes)
            : null;
        if (extra is null)
        {
            return new CudaSequence(sizes.Launches, memory, extra, _context, _lanes);
        }

        var launches = new LaunchList(memory.Address, extra.Address, extra.Address + (ulong)sizes.ScratchBytes, _precision);
        launches.AddRange(calls);
        extra.Write(sizes.ScratchBytes, launches.Constants);
        return new CudaSequence(launches.Launches, memory, extra, _context, _lanes);
    }
}
