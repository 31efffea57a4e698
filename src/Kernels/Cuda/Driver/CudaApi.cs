using System.Reflection;
using System.Runtime.InteropServices;

namespace Looped.Kernels.Cuda;

/// <summary>
/// The functions of the CUDA driver API that the backend calls. The library is looked for when the first of them is called:
/// the path in <see cref="PathVariable"/> where it is set, else the name that the NVIDIA driver installs.
/// </summary>
internal static unsafe partial class CudaApi
{
    /// <summary>The environment variable that names another library to use as the driver.</summary>
    public const string PathVariable = "LOOPED_CUDA_DRIVER";

    /// <summary>Status of success.</summary>
    public const int Success = 0;

    /// <summary>Status of too little memory.</summary>
    public const int OutOfMemory = 2;

    private const string Library = "cuda-driver";

    static CudaApi() => NativeLibrary.SetDllImportResolver(typeof(CudaApi).Assembly, Resolve);

    /// <summary>The file or library name that is looked for.</summary>
    public static string LibraryName => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path
        ? path
        : OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    [LibraryImport(Library)]
    public static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    public static partial int cuDriverGetVersion(out int version);

    [LibraryImport(Library)]
    public static partial int cuGetErrorName(int status, out byte* name);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    public static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetName(byte* name, int bytes, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceTotalMem_v2(out nuint bytes, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)]
    public static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)]
    public static partial int cuModuleLoadData(out nint module, byte* image);

    [LibraryImport(Library)]
    public static partial int cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int cuModuleGetFunction(out nint function, CudaHandle module, string name);

    [LibraryImport(Library)]
    public static partial int cuFuncGetAttribute(out int value, int attribute, nint function);

    [LibraryImport(Library)]
    public static partial int cuMemAlloc_v2(out ulong address, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cuMemFree_v2(ulong address);

    [LibraryImport(Library)]
    public static partial int cuMemHostAlloc(out nint memory, nuint bytes, uint flags);

    [LibraryImport(Library)]
    public static partial int cuMemFreeHost(nint memory);

    [LibraryImport(Library)]
    public static partial int cuMemcpyHtoDAsync_v2(ulong to, nint from, nuint bytes, CudaHandle stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoHAsync_v2(nint to, ulong from, nuint bytes, CudaHandle stream);

    [LibraryImport(Library)]
    public static partial int cuMemsetD8Async(ulong to, byte value, nuint bytes, CudaHandle stream);

    [LibraryImport(Library)]
    public static partial int cuStreamCreate(out nint stream, uint flags);

    [LibraryImport(Library)]
    public static partial int cuStreamDestroy_v2(nint stream);

    [LibraryImport(Library)]
    public static partial int cuStreamSynchronize(CudaHandle stream);

    [LibraryImport(Library)]
    public static partial int cuGraphCreate(out nint graph, uint flags);

    [LibraryImport(Library)]
    public static partial int cuGraphAddKernelNode(
        out nint node, CudaHandle graph, nint* dependencies, nuint count, KernelNode* launch);

    [LibraryImport(Library)]
    public static partial int cuGraphInstantiateWithFlags(out nint executable, CudaHandle graph, ulong flags);

    [LibraryImport(Library)]
    public static partial int cuGraphLaunch(CudaHandle executable, CudaHandle stream);

    [LibraryImport(Library)]
    public static partial int cuGraphDestroy(nint graph);

    [LibraryImport(Library)]
    public static partial int cuGraphExecDestroy(nint executable);

    /// <summary>Throws where a call failed.</summary>
    /// <param name="status">What it returned.</param>
    /// <param name="call">Its name.</param>
    /// <param name="kernel">The kernel that it was about, or the kernels.</param>
    public static void Check(int status, string call, string? kernel = null)
    {
        if (status != Success)
        {
            throw new CudaException(call, status, ErrorName(status), kernel);
        }
    }

    /// <summary>A launch as a graph takes it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct KernelNode
    {
        public nint Function;
        public uint GridX;
        public uint GridY;
        public uint GridZ;
        public uint BlockX;
        public uint BlockY;
        public uint BlockZ;
        public uint SharedBytes;
        public void** Parameters;
        public void** Extra;
    }

    private static string ErrorName(int status) =>
        cuGetErrorName(status, out var name) == Success && name != null
            ? Marshal.PtrToStringUTF8((nint)name)!
            : "an unknown error";

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        if (library != Library)
        {
            return 0;
        }

        return NativeLibrary.TryLoad(LibraryName, out var handle) ? handle : throw new DllNotFoundException();
    }
}
