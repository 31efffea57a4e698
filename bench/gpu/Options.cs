namespace Looped.GpuBenchmarks;

/// <summary>What is run.</summary>
/// <param name="Parts">Some of <see cref="AllParts"/>.</param>
/// <param name="Python">The interpreter that has PyTorch.</param>
/// <param name="Output">Folder of the results.</param>
/// <param name="IsSmall">Whether sizes are small enough for an emulated device.</param>
internal sealed record Options(IReadOnlyList<string> Parts, string Python, string Output, bool IsSmall)
{
    /// <summary>All parts, in order.</summary>
    public static readonly IReadOnlyList<string> AllParts = ["conformance", "kernels", "models"];

    private const string Usage = "looped-gpu [--part conformance|kernels|models] [--python python3] [--out folder] [--small]";

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ArgumentException">An argument is unknown.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options(AllParts, "python3", "gpu-results", false);
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--part" when AllParts.Contains(Value()) => options with { Parts = [arguments[i]] },
                "--python" => options with { Python = Value() },
                "--out" => options with { Output = Value() },
                "--small" => options with { IsSmall = true },
                var other => throw new ArgumentException($"'{other}' is not understood; the command is {Usage}"),
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"the command is {Usage}");
        }

        return options;
    }
}
