using System.Runtime.InteropServices;

namespace Looped.Kernels;

/// <summary>
/// Native host memory from a page boundary on: so too on that of a cache line and of an AVX-512 vector.
/// </summary>
public sealed unsafe class HostMemory : SafeHandle, IDeviceMemory
{
    /// <summary>Zeroed memory of a given size.</summary>
    public HostMemory(long bytes)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
        var block = HostPages.Allocate((nuint)bytes);
        NativeMemory.Clear(block, (nuint)bytes);
        SetHandle((nint)block);
    }

    /// <inheritdoc/>
    public long Bytes { get; }

    /// <summary>First byte.</summary>
    public byte* Pointer => (byte*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        Check(offset, source.Length);
        source.CopyTo(new Span<byte>(Pointer + offset, source.Length));
    }

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        new ReadOnlySpan<byte>(Pointer + offset, destination.Length).CopyTo(destination);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        HostPages.Free(Pointer);
        return true;
    }

    private void Check(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (offset < 0 || offset > Bytes - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"{length} bytes from byte {offset} on do not lie in a memory of {Bytes} bytes");
        }
    }
}
