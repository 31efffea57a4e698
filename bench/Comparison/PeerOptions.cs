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
    public static PeerOptions Parse(IReadOnlyList<string> given)
    {
        var arguments = new Arguments("peers", Allowed, given);
        var options = new PeerOptions([8, 16], 10_000, 7, 2, "/usr/bin/python3", false);
        while (arguments.Next() is { } option)
        {
            options = option switch
            {
                "--quick" => options with { Widths = [8], Rounds = 3, Patience = 0.5 },
                "--d" => options with { Widths = arguments.Positives() },
                "--samples" => options with { Samples = arguments.Positive() },
                "--python" => options with { Python = arguments.Value() },
                "--plain" => options with { IsPlain = true },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;
    }
}
