using System.Text.RegularExpressions;
using Looped.Kernels.Cuda;

namespace Looped.GpuBenchmarks;

/// <summary>What the driver's compiler gave each kernel: registers, and bytes that did not fit into them.</summary>
internal static partial class KernelResources
{
    private const int LocalBytes = 3;
    private const int Registers = 4;

    /// <summary>A row a kernel.</summary>
    public static IEnumerable<Row> Of(CudaDevice device)
    {
        var context = new CudaContext(device);
        context.Enter();
        var suffix = ".ptx";
        foreach (var resource in typeof(CudaDevice).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith($"{device.Target}.", StringComparison.Ordinal)))
        {
            var module = resource[(device.Target.Length + 1)..^suffix.Length];
            foreach (Match entry in Entry().Matches(CudaContext.Ptx(device.Target, module)))
            {
                var function = context.Function(module, entry.Groups[1].Value);
                yield return new Row(
                    entry.Groups[1].Value,
                    double.NaN,
                    double.NaN,
                    Note: $"{Attribute(Registers, function)} registers; {Attribute(LocalBytes, function)} bytes spilled");
            }
        }
    }

    private static int Attribute(int which, nint function)
    {
        CudaApi.Check(CudaApi.cuFuncGetAttribute(out var value, which, function), nameof(CudaApi.cuFuncGetAttribute));
        return value;
    }

    [GeneratedRegex(@"\.visible \.entry (\w+)\(")]
    private static partial Regex Entry();
}
