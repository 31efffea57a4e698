using System.CommandLine;
using Looped.Kernels;

namespace Looped.Cli;

/// <summary><c>--check-numerics</c>, and the backend that it asks for.</summary>
internal static class NumericsOption
{
    /// <summary>The option's name.</summary>
    public const string Name = "--check-numerics";

    /// <summary>The option, for a command.</summary>
    public static Option<bool> Create() => new(Name)
    {
        Description = "search each kernel's result for NaN and name the operation that first made one; slow",
    };

    /// <summary>The device's backend, watched where that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="team">Who shares large calls on the processor.</param>
    public static IBackend Backend(ParseResult parsed, WorkerTeam? team = null)
    {
        var backend = DeviceOption.Backend(parsed, team);
        return parsed.GetValue<bool>(Name) ? new CheckedBackend(backend) : backend;
    }
}
