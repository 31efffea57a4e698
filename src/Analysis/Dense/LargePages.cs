using System.Runtime.InteropServices;

namespace Looped.Analysis.Dense;

/// <summary>
/// Asks Linux to hold memory in pages of 2 MB: a matrix whose rows are further apart than a small page needs the address
/// of a page for each of them. A request only, that changes no result: where it is refused nothing happens.
/// </summary>
internal static unsafe partial class LargePages
{
    private const nuint PageBytes = 2 << 20;

    // MADV_HUGEPAGE of Linux, sys/mman.h.
    private const int HugePage = 14;

    /// <summary>Asks for those pages that lie within a buffer.</summary>
    public static void Advise(double* start, long length)
    {
        var first = ((nuint)start + PageBytes - 1) & ~(PageBytes - 1);
        var end = ((nuint)start + (nuint)length * sizeof(double)) & ~(PageBytes - 1);
        if (first < end && OperatingSystem.IsLinux())
        {
            _ = Advise((void*)first, end - first, HugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint bytes, int advice);
}
