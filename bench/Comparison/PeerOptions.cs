using System.Globalization;

namespace Looped.Benchmarks.Comparison;

/// <summary>What is compared.</summary>
/// <param name="Widths">The widths d.</param>
/// <param name="Samples">N.</param>
/// <param name="Rounds">Samples of each side, taken in turn.</param>
/// <param name="Patience">Seconds after which a Hessian of PyTorch's is timed in part and scaled.</param>
/// <param name="Python">The interpreter that has PyTorch.</param>
/// <param name="IsPlain">
/// Whether PyTorch computes the models as they are written, and its Hessians by torch.autograd.functional alone.
/// </param>
public sealed record PeerOptions(
    IReadOnlyList<int> Widths, int Samples, int Rounds, double Patience, string Python, bool IsPlain)
{
    private const string Allowed = "--d 8,16  --samples 10000  --python /usr/bin/python3  --plain  --quick";

    /// <summary>Reads the arguments of the command.</summary>
    /// <exception cref="ArgumentException">An argument is unknown or its value is none.</exception>
    public static PeerOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new PeerOptions([8, 16], 10_000, 7, 2, "/usr/bin/python3", false);
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options with { Widths = [8], Rounds = 3, Patience = 0.5 },
                "--d" => options with { Widths = [.. Value().Split(',').Select(Positive)] },
                "--samples" => options with { Samples = Positive(Value()) },
                "--python" => options with { Python = Value() },
                "--plain" => options with { IsPlain = true },
                var other => throw new ArgumentException($"'{other}' is not an option of peers; there are {Allowed}"),
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
