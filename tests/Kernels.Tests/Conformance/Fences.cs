using System.ComponentModel;
using System.Runtime.InteropServices;
using Looped.Kernels.Cuda;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>
/// Pages of memory that end the process when they are touched: a kernel that reads or writes outside its operands does
/// not get away with bytes that happen to be there.
/// </summary>
internal static partial class Fences
{
    private const int PosixNone = 0;
    private const int PosixReadWrite = 3;
    private const uint WindowsNone = 1;
    private const uint WindowsReadWrite = 4;

    /// <summary>
    /// Runs an action while the fences of an image stand in a memory that holds it: the host's, or an emulated device's.
    /// </summary>
    public static void Raise(IDeviceMemory memory, ArenaImage image, Action action)
    {
        Protect(memory, image, isForbidden: true);
        try
        {
            action();
        }
        finally
        {
            Protect(memory, image, isForbidden: false);
        }
    }

    private static unsafe void Protect(IDeviceMemory memory, ArenaImage image, bool isForbidden)
    {
        var start = memory is CudaMemory device ? (nint)device.Address : (nint)((HostMemory)memory).Pointer;
        foreach (var fence in image.Fences)
        {
            var (page, bytes) = (start + fence, (nuint)ArenaImage.Page);
            var isDone = OperatingSystem.IsWindows()
                ? VirtualProtect(page, bytes, isForbidden ? WindowsNone : WindowsReadWrite, out _) != 0
                : MProtect(page, bytes, isForbidden ? PosixNone : PosixReadWrite) == 0;
            if (!isDone)
            {
                throw new Win32Exception();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int MProtect(nint address, nuint bytes, int protection);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int VirtualProtect(nint address, nuint bytes, uint protection, out uint before);
}
