using Looped.Benchmarks.Comparison;

namespace Looped.Benchmarks.Gpt2;

/// <summary>What is compared.</summary>
/// <param name="Widths">Widths of the models.</param>
/// <param name="Layers">Numbers of blocks.</param>
/// <param name="Loops">Numbers of loops.</param>
/// <param name="Sequences">N.</param>
/// <param name="Length">L.</param>
/// <param name="Directions">K: directions of a batch of Hessian-vector products.</param>
/// <param name="Rounds">Samples of each work, taken in turn.</param>
/// <param name="Python">The interpreter that has PyTorch.</param>
public sealed record Gpt2Options(
    IReadOnlyList<int> Widths,
    IReadOnlyList<int> Layers,
    IReadOnlyList<int> Loops,
    int Sequences,
    int Length,
    int Directions,
    int Rounds,
    string Python)
{
    private const string Allowed =
        "--width 64,128  --layers 1,2  --loops 1,3  --sequences 8  --length 32  --directions 16  --rounds 7  " +
        "--python /usr/bin/python3  --quick";

    /// <summary>Reads the arguments of the command.</summary>
    /// <exception cref="ArgumentException">An argument is unknown or its value is none.</exception>
    public static Gpt2Options Parse(IReadOnlyList<string> given)
    {
        var arguments = new Arguments("gpt2", Allowed, given);
        var options = new Gpt2Options([64, 128], [1, 2], [1, 3], 8, 32, 16, 7, "/usr/bin/python3");
        while (arguments.Next() is { } option)
        {
            options = option switch
            {
                "--quick" => options with { Widths = [64], Layers = [1], Loops = [1], Rounds = 3 },
                "--width" => options with { Widths = arguments.Positives() },
                "--layers" => options with { Layers = arguments.Positives() },
                "--loops" => options with { Loops = arguments.Positives() },
                "--sequences" => options with { Sequences = arguments.Positive() },
                "--length" => options with { Length = arguments.Positive() },
                "--directions" => options with { Directions = arguments.Positive() },
                "--rounds" => options with { Rounds = arguments.Positive() },
                "--python" => options with { Python = arguments.Value() },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;
    }
}
