namespace Looped.Cli.Tests.Algorithmic;

/// <summary>The command line of a run that is done in a moment, and what it must leave.</summary>
internal static class TinyRun
{
    public const int Steps = 80;

    /// <summary>Columns of the metrics that are times.</summary>
    private const int TimeColumns = 2;

    /// <summary>One pass for 20 steps, then loops, with a running mean: everything that a checkpoint can hold.</summary>
    public static string[] Arguments(string output, params string[] more) =>
    [
        "run", "algorithmic", "--task", "parity", "--paradigm", "shift", "--shift", "20", "--width", "16", "--heads", "2",
        "--end", "3", "--interval", "10", "--test-to", "5", "--steps", $"{Steps}", "--batch", "8", "--lr", "0.003", "--ema",
        "0.9", "--log-every", "3", "--eval-every", "20", "--eval-samples", "16", "--final-samples", "40",
        "--checkpoint-every", "4", "--threads", "1", "--out", output, .. more,
    ];

    /// <summary>A command line with another value of one of its options.</summary>
    public static string[] With(string[] arguments, string option, string value)
    {
        string[] changed = [.. arguments];
        changed[Array.IndexOf(arguments, option) + 1] = value;
        return changed;
    }

    /// <summary>The metrics without their times, a row an element.</summary>
    public static IEnumerable<string> Metrics(Looped looped, string folder) =>
        File.ReadAllLines(looped.PathOf($"{folder}/metrics.csv"))
            .Select(row => string.Join(',', row.Split(',').SkipLast(TimeColumns)));
}
