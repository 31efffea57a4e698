using System.CommandLine;
using System.Globalization;
using Looped.Kernels.Cpu;
using Looped.Kernels.Cuda;

namespace Looped.Cli;

/// <summary><c>looped devices</c>: what can compute on this machine, and what cannot and why.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists what can compute here, and the reason where something cannot.");
        command.SetAction(_ =>
        {
            foreach (var line in Lines())
            {
                Console.WriteLine(line);
            }
        });
        return command;
    }

    private static IEnumerable<string> Lines()
    {
        yield return $"cpu     {new CpuBackend().Name["cpu ".Length..].Trim('(', ')')}, {Environment.ProcessorCount} threads, " +
            Gibibytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        IReadOnlyList<CudaDevice> devices;
        string? absent = null;
        try
        {
            devices = CudaDevice.All();
        }
        catch (CudaException failure)
        {
            (devices, absent) = ([], failure.Message);
        }

        if (devices.Count == 0)
        {
            yield return $"cuda    {absent ?? "the CUDA driver knows no device"}";
        }

        foreach (var device in devices)
        {
            yield return $"cuda:{device.Index}  {device.Name}, {Gibibytes(device.Bytes)}, compute capability {device.Capability}, " +
                $"driver for CUDA {device.DriverVersion}" +
                (device.Problem is { } problem ? $"; cannot be used: {problem}" : string.Empty);
        }
    }

    private static string Gibibytes(long bytes) =>
        $"{((double)bytes / (1L << 30)).ToString("F1", CultureInfo.InvariantCulture)} GiB";
}
