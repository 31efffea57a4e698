using System.CommandLine;
using System.Globalization;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Kernels.Cuda;

namespace Looped.Cli;

/// <summary><c>--device</c>, and the backend that it names.</summary>
internal static class DeviceOption
{
    /// <summary>The option's name.</summary>
    public const string Name = "--device";

    private const string Cpu = "cpu";
    private const string Cuda = "cuda";

    /// <summary>The option, for a command.</summary>
    public static Option<string> Create() => new(Name)
    {
        Description = "what computes: cpu, cuda (the first device that can be used) or cuda:N; devices lists them",
        HelpName = "device",
        DefaultValueFactory = _ => Cpu,
    };

    /// <summary>The backend that a command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="team">Who shares large calls on the processor.</param>
    /// <exception cref="UserException">There is no such device.</exception>
    /// <exception cref="CudaException">It cannot be used.</exception>
    public static IBackend Backend(ParseResult parsed, WorkerTeam? team = null)
    {
        var name = parsed.GetValue<string>(Name)!;
        if (name == Cpu)
        {
            return new CpuBackend(team);
        }

        var number = -1;
        if (name != Cuda && !(name.StartsWith($"{Cuda}:", StringComparison.Ordinal) &&
            int.TryParse(name.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number)))
        {
            throw new UserException($"{Name} must be cpu, cuda or cuda:N with a device's number N, not '{name}'");
        }

        var devices = CudaDevice.All();
        var chosen = number < 0
            ? devices.FirstOrDefault(device => device.Problem is null) ?? devices.FirstOrDefault()
            : devices.FirstOrDefault(device => device.Index == number);
        return chosen is null
            ? throw new UserException(devices.Count == 0
                ? "the CUDA driver knows no device"
                : $"{Name} {name} names no device; there are cuda:0 to cuda:{devices.Count - 1}")
            : new CudaBackend(chosen);
    }
}
