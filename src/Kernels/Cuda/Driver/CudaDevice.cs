using System.Runtime.InteropServices;

namespace Looped.Kernels.Cuda;

/// <summary>A CUDA device as the driver describes it.</summary>
/// <param name="Index">Its number, from zero.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its memory.</param>
/// <param name="Capability">Its compute capability.</param>
/// <param name="DriverVersion">The newest CUDA version that the driver serves.</param>
/// <param name="Multiprocessors">How many multiprocessors it has.</param>
/// <param name="Problem">Why it cannot be used, in one sentence; null where it can.</param>
public sealed record CudaDevice(
    int Index, string Name, long Bytes, Version Capability, Version DriverVersion, int Multiprocessors, string? Problem)
{
    private const int MultiprocessorCount = 16;
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;
    private const int NameBytes = 256;
    private static readonly Version LeastCapability = new(7, 5);
    private static readonly Version LeastDriver = new(12, 0);

    /// <summary>The devices of this machine, those that cannot be used included.</summary>
    /// <exception cref="CudaException">There is no driver, or it refuses.</exception>
    public static IReadOnlyList<CudaDevice> All()
    {
        Initialize();
        CudaApi.Check(CudaApi.cuDriverGetVersion(out var version), nameof(CudaApi.cuDriverGetVersion));
        CudaApi.Check(CudaApi.cuDeviceGetCount(out var count), nameof(CudaApi.cuDeviceGetCount));
        return [.. Enumerable.Range(0, count).Select(index => Describe(index, new(version / 1000, version % 1000 / 10)))];
    }

    /// <summary>The PTX target whose code this device runs.</summary>
    internal string Target => Capability.Major >= 8 ? "sm_80" : "sm_75";

    private static void Initialize()
    {
        int status;
        try
        {
            status = CudaApi.cuInit(0);
        }
        catch (DllNotFoundException)
        {
            throw new CudaException(
                $"no CUDA device can be used: there is no library {CudaApi.LibraryName}, which the NVIDIA driver installs");
        }
        catch (EntryPointNotFoundException)
        {
            throw new CudaException($"no CUDA device can be used: {CudaApi.LibraryName} is no CUDA driver");
        }

        CudaApi.Check(status, nameof(CudaApi.cuInit));
    }

    private static unsafe CudaDevice Describe(int index, Version driver)
    {
        CudaApi.Check(CudaApi.cuDeviceGet(out var device, index), nameof(CudaApi.cuDeviceGet));
        var name = stackalloc byte[NameBytes];
        CudaApi.Check(CudaApi.cuDeviceGetName(name, NameBytes, device), nameof(CudaApi.cuDeviceGetName));
        CudaApi.Check(CudaApi.cuDeviceTotalMem_v2(out var bytes, device), nameof(CudaApi.cuDeviceTotalMem_v2));
        var capability = new Version(Attribute(CapabilityMajor), Attribute(CapabilityMinor));
        var problem = capability < LeastCapability
            ? $"its compute capability {capability} is below {LeastCapability}"
            : driver < LeastDriver ? $"its driver serves CUDA {driver}, and {LeastDriver} is needed" : null;
        return new CudaDevice(
            index,
            Marshal.PtrToStringUTF8((nint)name)!,
            (long)bytes,
            capability,
            driver,
            Attribute(MultiprocessorCount),
            problem);

        int Attribute(int which)
        {
            CudaApi.Check(CudaApi.cuDeviceGetAttribute(out var value, which, device), nameof(CudaApi.cuDeviceGetAttribute));
            return value;
        }
    }
}
