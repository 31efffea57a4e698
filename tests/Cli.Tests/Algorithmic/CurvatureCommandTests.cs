using System.Globalization;

namespace Looped.Cli.Tests.Algorithmic;

/// <summary>The curvature of a run of a moment, from its checkpoints and while it trains.</summary>
public sealed class CurvatureCommandTests : IDisposable
{
    private static readonly string[] Means =
    [
        "--samples", "6", "--block", "4", "--probes", "2", "--lanczos", "8", "--trace-probes", "2", "--top", "2", "--tolerance",
        "0.01", "--points", "50",
    ];

    private const string Config =
        """{"samples": 6, "block": 4, "probes": 2, "lanczos": 8, "trace-probes": 2, "top": 2, "tolerance": 0.01, "points": 50}""";

    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void Checkpoints_are_measured_once_and_while_training_to_the_same_bits()
    {
        _looped.Succeed(TinyRun.Arguments("a", "--keep", "100"));
        var output = _looped.Succeed(Measure("a", "--every", "40"));
        Assert.Matches(@"^1 of 2: a step 40, \d+ MiB predicted, \d+:\d\d min left\n", output);
        Assert.EndsWith("Measured: 2, known before: 0\nReport: a/curvature/report.html\n", output.Replace('\\', '/'));
        var known = _looped.Read("a/curvature/step-000000040.npz");

        // What is there stays as it is, and more steps come in between.
        File.SetLastWriteTimeUtc(_looped.PathOf("a/curvature/step-000000040.npz"), DateTime.UnixEpoch);
        Assert.Contains("Measured: 4, known before: 2\n", _looped.Succeed(Measure("a", "--every", "16")));
        Assert.Contains("Measured: 0, known before: 6\n", _looped.Succeed(Measure("a", "--every", "16")));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_looped.PathOf("a/curvature/step-000000040.npz")));
        var rows = Rows("a");
        Assert.Equal(["16", "32", "40", "48", "64", "80"], rows.Skip(1).Select(row => row[0]));
        Assert.Equal("1", rows[1][Column(rows, "loops")]);
        Assert.All(rows.Skip(2), row => Assert.Equal("3", row[Column(rows, "loops")]));
        Assert.Contains("Across the shift", File.ReadAllText(_looped.PathOf("a/curvature/report.html")), StringComparison.Ordinal);

        _looped.Write("means.json", Config);
        _looped.Succeed(TinyRun.Arguments("b", "--curvature-every", "40", "--curvature-config", "means.json", "--quiet"));
        Assert.Equal(known, _looped.Read("b/curvature/step-000000040.npz"));
        Assert.Equal(_looped.Read("a/curvature/step-000000080.npz"), _looped.Read("b/curvature/step-000000080.npz"));
        Assert.Equal(TinyRun.Metrics(_looped, "a"), TinyRun.Metrics(_looped, "b"));
        Assert.True(File.Exists(_looped.PathOf("b/curvature/report.html")));
    }

    [Fact]
    public void Runs_are_compared_and_the_ledger_has_the_rows_that_they_allow()
    {
        _looped.Succeed(TinyRun.With(TinyRun.Arguments("s", "--quiet"), "--paradigm", "single"));
        _looped.Succeed(TinyRun.With(TinyRun.Arguments("l", "--quiet"), "--paradigm", "looped"));
        var output = _looped.Succeed([.. Measure("s"), "--run", "l", "--out", "both"]);
        Assert.Contains("C1: depends\nO2a: depends\nC2: depends\nO2b: depends\n", output);
        Assert.True(File.Exists(_looped.PathOf("both/ledger.json")));
        Assert.Equal("1", Rows("s")[1][1]);
        Assert.Equal("3", Rows("l")[1][1]);
        Assert.True(double.Parse(Rows("l")[1][Column(Rows("l"), "entropy")], CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_in_a_sentence()
    {
        _looped.Refuse(Measure("nowhere"), "nowhere holds no run", "config.json");
        _looped.Succeed(TinyRun.Arguments("a", "--quiet"));
        _looped.Refuse(Measure("a", "--memory", "1"), "memory");
        _looped.Refuse(Measure("a", "--every", "0"), "--every must be a whole number from 1");
        _looped.Succeed(Measure("a"));
        _looped.Refuse(Measure("a", "--seed", "3"), "a/curvature holds measurements with seed 0, not 3");
        _looped.Succeed(TinyRun.With(TinyRun.Arguments("c", "--quiet"), "--end", "4"));
        _looped.Refuse([.. Measure("a"), "--run", "c"], "c cannot be compared with a", "greatest length is 4, not 3");
        _looped.Refuse(TinyRun.Arguments("d", "--curvature-every", "0"), "--curvature-every must be at least 1");
        _looped.Refuse(TinyRun.Arguments("d", "--curvature-config", "x"), "--curvature-config goes with --curvature-every");
    }

    private static string[] Measure(string run, params string[] more) => ["curvature", "--run", run, .. Means, .. more];

    private string[][] Rows(string run) =>
        [.. File.ReadAllLines(_looped.PathOf($"{run}/curvature/curvature.csv")).Select(row => row.Split(','))];

    private static int Column(string[][] rows, string name) => Array.IndexOf(rows[0], name);
}
