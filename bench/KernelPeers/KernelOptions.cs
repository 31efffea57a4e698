using Looped.Benchmarks.Comparison;
using Looped.Benchmarks.Roofline;
using Looped.Kernels.Cpu;

namespace Looped.Benchmarks.KernelPeers;

/// <summary>Which kernels are compared, and how.</summary>
/// <param name="Threads">Threads of each side.</param>
/// <param name="Width">Our vectors.</param>
/// <param name="Groups">The groups, in the order of their tables.</param>
/// <param name="IsQuick">Whether the largest and the most alike cases are left out.</param>
/// <param name="Rounds">Samples of each side, taken in turn.</param>
/// <param name="Python">The interpreter that has NumPy and PyTorch.</param>
public sealed record KernelOptions(
    int Threads, VectorWidth Width, IReadOnlyList<string> Groups, bool IsQuick, int Rounds, string Python)
{
    private const string Allowed =
        "--threads 1  --width 512|256  --only products,small,skinny,elementwise,rows  --rounds 11  " +
        "--python /usr/bin/python3  --quick";

    /// <summary>Reads the arguments of the command.</summary>
    /// <exception cref="ArgumentException">An argument is unknown or its value is none.</exception>
    public static KernelOptions Parse(IReadOnlyList<string> given)
    {
        var arguments = new Arguments("kernels", Allowed, given);
        var options = new KernelOptions(1, Widest.Vectors, PeerCases.Groups, false, 11, "/usr/bin/python3");
        while (arguments.Next() is { } option)
        {
            options = option switch
            {
                "--threads" => options with { Threads = arguments.Positive() },
                "--width" => options with { Width = Width(arguments.OneOf(arguments.Value(), ["512", "256"])) },
                "--only" => options with
                {
                    Groups = [.. arguments.Value().Split(',').Select(group => arguments.OneOf(group, PeerCases.Groups))],
                },
                "--quick" => options with { IsQuick = true, Rounds = 5 },
                "--rounds" => options with { Rounds = arguments.Positive() },
                "--python" => options with { Python = arguments.Value() },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;

        static VectorWidth Width(string bits) => bits == "512" ? VectorWidth.Bits512 : VectorWidth.Bits256;
    }
}
