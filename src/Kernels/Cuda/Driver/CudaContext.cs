using System.Reflection;
using System.Text;

namespace Looped.Kernels.Cuda;

/// <summary>
/// A device's context, with the kernels that are in use: a module of PTX, embedded in this assembly, is loaded when its first
/// kernel is asked for.
/// </summary>
internal sealed unsafe class CudaContext
{
    private readonly CudaDevice _device;
    private readonly Dictionary<string, CudaHandle> _modules = [];
    private readonly Dictionary<string, nint> _functions = [];

    public CudaContext(CudaDevice device)
    {
        _device = device;
        CudaApi.Check(CudaApi.cuDeviceGet(out var ordinal, device.Index), nameof(CudaApi.cuDeviceGet));
        CudaApi.Check(
            CudaApi.cuDevicePrimaryCtxRetain(out var context, ordinal), nameof(CudaApi.cuDevicePrimaryCtxRetain));
        Handle = new CudaHandle(context, _ => CudaApi.cuDevicePrimaryCtxRelease_v2(ordinal), context: null);
    }

    /// <summary>The context itself.</summary>
    public CudaHandle Handle { get; }

    /// <summary>Makes this the calling thread's context, which every other call needs.</summary>
    public void Enter() => CudaApi.Check(CudaApi.cuCtxSetCurrent(Handle.Value), nameof(CudaApi.cuCtxSetCurrent));

    /// <summary>Something of the driver that lives in this context.</summary>
    public CudaHandle Own(nint value, Func<nint, int> release) => new(value, release, Handle);

    /// <summary>A kernel of a module.</summary>
    public nint Function(string module, string kernel)
    {
        lock (_modules)
        {
            if (_functions.TryGetValue(kernel, out var function))
            {
                return function;
            }

            if (!_modules.TryGetValue(module, out var loaded))
            {
                loaded = Load(module);
                _modules.Add(module, loaded);
            }

            CudaApi.Check(
                CudaApi.cuModuleGetFunction(out function, loaded, kernel), nameof(CudaApi.cuModuleGetFunction), kernel);
            _functions.Add(kernel, function);
            return function;
        }
    }

    /// <summary>The PTX of a module for a target.</summary>
    public static string Ptx(string target, string module)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{target}.{module}.ptx")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private CudaHandle Load(string module)
    {
        var image = Encoding.UTF8.GetBytes(Ptx(_device.Target, module) + '\0');
        fixed (byte* start = image)
        {
            CudaApi.Check(
                CudaApi.cuModuleLoadData(out var handle, start), nameof(CudaApi.cuModuleLoadData), $"module {module}");
            return Own(handle, CudaApi.cuModuleUnload);
        }
    }
}
