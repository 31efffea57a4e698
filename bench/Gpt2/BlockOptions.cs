using Looped.Benchmarks.Comparison;

namespace Looped.Benchmarks.Gpt2;

/// <summary>How a block is compared.</summary>
/// <param name="Threads">Threads of each side.</param>
/// <param name="Rounds">Samples of each side, taken in turn.</param>
/// <param name="Python">The interpreter that has PyTorch.</param>
public sealed record BlockOptions(int Threads, int Rounds, string Python)
{
    private const string Allowed = "--threads 1  --rounds 11  --python /usr/bin/python3";

    /// <summary>Reads the arguments of the command.</summary>
    /// <exception cref="ArgumentException">An argument is unknown or its value is none.</exception>
    public static BlockOptions Parse(IReadOnlyList<string> given)
    {
        var arguments = new Arguments("block", Allowed, given);
        var options = new BlockOptions(1, 11, "/usr/bin/python3");
        while (arguments.Next() is { } option)
        {
            options = option switch
            {
                "--threads" => options with { Threads = arguments.Positive() },
                "--rounds" => options with { Rounds = arguments.Positive() },
                "--python" => options with { Python = arguments.Value() },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;
    }
}
