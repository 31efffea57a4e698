using System.Globalization;

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
    public static BlockOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BlockOptions(1, 11, "/usr/bin/python3");
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--threads" => options with { Threads = Positive(Value()) },
                "--rounds" => options with { Rounds = Positive(Value()) },
                "--python" => options with { Python = Value() },
                var other => throw new ArgumentException($"'{other}' is not an option of block; there are {Allowed}"),
            };

            string Value() => ++i < arguments.Count
                ? arguments[i]
                : throw new ArgumentException($"{arguments[i - 1]} needs a value, as in {Allowed}");
        }

        return options;
    }

    private static int Positive(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"'{text}' is not a positive whole number, as in {Allowed}");
}
