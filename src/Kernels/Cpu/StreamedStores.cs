using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Stores past the caches, for results that none of them would keep: a line is written without having been read first.
/// </summary>
internal static unsafe class StreamedStores<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Copies elements; <see cref="Finish"/> must follow before another thread may read them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(T* source, T* destination, long count)
    {
        var bytes = S.Width * sizeof(T);
        var ahead = Math.Min(count, (long)(((nuint)bytes - ((nuint)destination % (nuint)bytes)) % (nuint)bytes) / sizeof(T));
        var i = Some(source, destination, ahead);
        for (; i <= count - (4 * S.Width); i += 4 * S.Width)
        {
            S.StoreStreamed(S.Load(source + i), destination + i);
            S.StoreStreamed(S.Load(source + i + S.Width), destination + i + S.Width);
            S.StoreStreamed(S.Load(source + i + (2 * S.Width)), destination + i + (2 * S.Width));
            S.StoreStreamed(S.Load(source + i + (3 * S.Width)), destination + i + (3 * S.Width));
        }

        for (; i <= count - S.Width; i += S.Width)
        {
            S.StoreStreamed(S.Load(source + i), destination + i);
        }

        Some(source + i, destination + i, count - i);
    }

    /// <summary>Puts what was stored so far before whatever this thread stores from here on.</summary>
    public static void Finish()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
        else
        {
            Thread.MemoryBarrier();
        }
    }

    /// <summary>Copies less than a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Some(T* source, T* destination, long count)
    {
        if (count > 0)
        {
            S.Store(S.Load(source, S.First((int)count)), destination, S.First((int)count));
        }

        return count;
    }
}
