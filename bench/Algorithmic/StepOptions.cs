using Looped.Benchmarks.Comparison;

namespace Looped.Benchmarks.Algorithmic;

/// <summary>What step of training is timed.</summary>
/// <param name="Width">Width of the model.</param>
/// <param name="Heads">Heads of each attention.</param>
/// <param name="Batch">Samples.</param>
/// <param name="Length">Bits that are copied, and loops.</param>
/// <param name="Threads">Threads of each side.</param>
/// <param name="Rounds">Samples of each side, taken in turn; 0 compares results alone.</param>
/// <param name="Python">The interpreter that has PyTorch.</param>
public sealed record StepOptions(int Width, int Heads, int Batch, int Length, int Threads, int Rounds, string Python)
{
    private const string Allowed =
        "--width 256  --heads 8  --batch 64  --length 20  --threads 2  --rounds 3  --python /usr/bin/python3  --agreement";

    /// <summary>Reads the arguments of the command.</summary>
    /// <exception cref="ArgumentException">An argument is unknown or its value is none.</exception>
    public static StepOptions Parse(IReadOnlyList<string> given)
    {
        var arguments = new Arguments("algorithmic", Allowed, given);
        var options = new StepOptions(256, 8, 64, 20, 2, 3, "/usr/bin/python3");
        while (arguments.Next() is { } option)
        {
            options = option switch
            {
                "--agreement" => options with { Rounds = 0 },
                "--width" => options with { Width = arguments.Positive() },
                "--heads" => options with { Heads = arguments.Positive() },
                "--batch" => options with { Batch = arguments.Positive() },
                "--length" => options with { Length = arguments.Positive() },
                "--threads" => options with { Threads = arguments.Positive() },
                "--rounds" => options with { Rounds = arguments.Positive() },
                "--python" => options with { Python = arguments.Value() },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;
    }
}
