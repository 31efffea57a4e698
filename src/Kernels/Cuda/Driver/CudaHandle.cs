using System.Runtime.InteropServices;

namespace Looped.Kernels.Cuda;

/// <summary>What the driver made and must give back: a context, module, stream, graph, or memory.</summary>
internal sealed class CudaHandle : SafeHandle
{
    private readonly CudaHandle? _context;
    private readonly Func<nint, int> _release;

    /// <summary>Takes over a thing of the driver.</summary>
    /// <param name="value">The driver's handle or address.</param>
    /// <param name="release">Gives it back.</param>
    /// <param name="context">The context it lives in, which is kept alive; null for a context itself.</param>
    public CudaHandle(nint value, Func<nint, int> release, CudaHandle? context)
        : base(0, ownsHandle: true)
    {
        _release = release;
        if (context is not null)
        {
            var isAdded = false;
            context.DangerousAddRef(ref isAdded);
            _context = context;
        }

        SetHandle(value);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The driver's handle or address; valid while this lives.</summary>
    public nint Value => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_context is null)
        {
            return _release(handle) == CudaApi.Success;
        }

        // Handles that were forgotten are released by a thread that has seen no context yet.
        var isReleased = CudaApi.cuCtxSetCurrent(_context.Value) == CudaApi.Success && _release(handle) == CudaApi.Success;
        _context.DangerousRelease();
        return isReleased;
    }
}
