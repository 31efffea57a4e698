using Looped.Kernels.Calls;

namespace Looped.Kernels.Reference;

/// <summary>
/// The definition of every kernel: plain loops over indices in float64, whatever the element type (float32 results are
/// rounded once, when stored). Slow and obvious; the other backends are held to it.
/// </summary>
public sealed class ReferenceBackend : IBackend
{
    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public IDeviceMemory Allocate(long bytes) => new HostMemory(bytes);

    /// <inheritdoc/>
    public IKernelSequence Prepare(IReadOnlyList<KernelCall> calls, IDeviceMemory arena) =>
        new Sequence([.. calls], (HostMemory)arena);

    private sealed class Sequence(KernelCall[] calls, HostMemory arena) : IKernelSequence
    {
        public void Run()
        {
            foreach (var call in calls)
            {
                ReferenceKernels.Run(call, arena);
            }
        }

        public void Dispose()
        {
        }
    }
}
