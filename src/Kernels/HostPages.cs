using System.Runtime.InteropServices;

namespace Looped.Kernels;

/// <summary>
/// Native memory in pages. Where a block takes several pages of 2 MiB, Linux is asked for pages of that size: translations
/// of addresses then stay at hand however operands are walked, and memory is there after one fault in place of 512.
/// Systems without such pages give the usual ones.
/// </summary>
internal static unsafe partial class HostPages
{
    /// <summary>Size of a large page of the processors that have them.</summary>
    private const nuint LargePage = 2 << 20;

    /// <summary>Blocks from here on are made of large pages: smaller ones would leave much of them empty.</summary>
    private const nuint LeastLarge = 2 * LargePage;

    /// <summary>Linux's advice that a range is worth large pages.</summary>
    private const int AdviseLargePages = 14;

    /// <summary>Memory of unknown content from a page boundary on; to be given back by <see cref="Free"/>.</summary>
    public static byte* Allocate(nuint bytes)
    {
        var isLarge = bytes >= LeastLarge;
        var block = NativeMemory.AlignedAlloc(
            Math.Max(bytes, 1), isLarge ? LargePage : (nuint)Environment.SystemPageSize);
        if (isLarge && OperatingSystem.IsLinux())
        {
            // Advice: that it is not taken is no failure.
            _ = Advise(block, bytes, AdviseLargePages);
        }

        return (byte*)block;
    }

    /// <summary>Gives memory back; nothing is done for a null pointer.</summary>
    public static void Free(byte* block) => NativeMemory.AlignedFree(block);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
