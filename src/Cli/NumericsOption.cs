using System.CommandLine;
using Looped.Kernels;
using Looped.Kernels.Cpu;

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

    /// <summary>The backend, watched where that is asked for.</summary>
    public static IBackend Backend(ParseResult parsed) =>
        parsed.GetValue<bool>(Name) ? new CheckedBackend(new CpuBackend()) : new CpuBackend();
}
