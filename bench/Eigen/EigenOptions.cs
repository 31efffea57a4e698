using System.Globalization;

namespace Looped.Benchmarks.Eigen;

/// <summary>What is compared.</summary>
/// <param name="Orders">The orders n.</param>
/// <param name="Rounds">Samples of each side, taken in turn.</param>
/// <param name="Python">The interpreter that has SciPy.</param>
public sealed record EigenOptions(IReadOnlyList<int> Orders, int Rounds, string Python)
{
    private const string Allowed = "--n 216,816,1501,3168  --rounds 5  --python /usr/bin/python3";

    /// <summary>Reads the arguments of the command.</summary>
    /// <exception cref="ArgumentException">An argument is unknown or its value is none.</exception>
    public static EigenOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new EigenOptions([216, 816, 1501, 3168], 5, "/usr/bin/python3");
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--n" => options with { Orders = [.. Value().Split(',').Select(Positive)] },
                "--rounds" => options with { Rounds = Positive(Value()) },
                "--python" => options with { Python = Value() },
                var other => throw new ArgumentException($"'{other}' is not an option of eigen; there are {Allowed}"),
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
