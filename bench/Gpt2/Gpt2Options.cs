using System.Globalization;

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
    public static Gpt2Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Gpt2Options([64, 128], [1, 2], [1, 3], 8, 32, 16, 7, "/usr/bin/python3");
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options with { Widths = [64], Layers = [1], Loops = [1], Rounds = 3 },
                "--width" => options with { Widths = Numbers() },
                "--layers" => options with { Layers = Numbers() },
                "--loops" => options with { Loops = Numbers() },
                "--sequences" => options with { Sequences = Positive(Value()) },
                "--length" => options with { Length = Positive(Value()) },
                "--directions" => options with { Directions = Positive(Value()) },
                "--rounds" => options with { Rounds = Positive(Value()) },
                "--python" => options with { Python = Value() },
                var other => throw new ArgumentException($"'{other}' is not an option of gpt2; there are {Allowed}"),
            };

            string Value() => ++i < arguments.Count
                ? arguments[i]
                : throw new ArgumentException($"{arguments[i - 1]} needs a value, as in {Allowed}");

            int[] Numbers() => [.. Value().Split(',').Select(Positive)];
        }

        return options;
    }

    private static int Positive(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"'{text}' is not a positive whole number, as in {Allowed}");
}
