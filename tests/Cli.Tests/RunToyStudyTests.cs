using System.Xml.Linq;
using Looped.Studies.Ledger;

namespace Looped.Cli.Tests;

public class RunToyStudyTests : IDisposable
{
    private static readonly string[] Small =
        ["run", "toy-study", "--d", "3", "--epochs", "24", "--samples", "300", "--out", "a", "--seeds", "2"];

    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void A_study_leaves_its_seeds_and_one_report_with_every_verdict()
    {
        var output = _looped.Succeed(Small);

        Assert.EndsWith($"Report: {Path.Combine("a", "report.html")}\n", output);
        Assert.Equal(
            ["a/seeds/cyclic-0.npz", "a/seeds/cyclic-1.npz", "a/seeds/mixture+positions-0.npz", "a/seeds/mixture+positions-1.npz"],
            _looped.Files.Where(file => file.StartsWith("a/seeds/", StringComparison.Ordinal)));
        var ledger = LedgerJson.Read(File.ReadAllText(_looped.PathOf("a/ledger.json")));
        Assert.All(ledger, row => Assert.Equal("0 to 1 (2)", row.Settings["seeds"]));
        var text = Text(File.ReadAllText(_looped.PathOf("a/report.html")));
        Assert.All(ledger, row => Assert.Contains(row.Statistic, text));
    }

    [Fact]
    public void A_study_goes_on_where_it_was()
    {
        _looped.Succeed([.. Small, "--quiet"]);
        var seeds = _looped.Files.Where(file => file.EndsWith(".npz", StringComparison.Ordinal)).ToDictionary(f => f, _looped.Read);

        var output = _looped.Succeed([.. Small[..^1], "3"]);

        Assert.StartsWith("4 of 6 runs done (4 read back)", output);
        Assert.All(seeds, seed => Assert.Equal(seed.Value, _looped.Read(seed.Key)));
        Assert.Equal(6, _looped.Files.Count(file => file.EndsWith(".npz", StringComparison.Ordinal)));
    }

    [Fact]
    public void Another_studys_folder_is_kept_unless_forced()
    {
        _looped.Succeed([.. Small, "--quiet"]);
        var before = _looped.Read("a/ledger.json");
        _looped.Refuse([.. Small, "--lr", "0.02"], "a holds something else than this study", "--force", "--out");
        Assert.Equal(before, _looped.Read("a/ledger.json"));

        _looped.Succeed([.. Small, "--lr", "0.02", "--force", "--quiet"]);
        Assert.NotEqual(before, _looped.Read("a/ledger.json"));
    }

    [Fact]
    public void A_toy_runs_folder_is_not_a_studys()
    {
        _looped.Succeed("run", "toy", "--d", "2", "--epochs", "2", "--samples", "100", "--out", "a", "--quiet");
        _looped.Refuse(Small, "a holds something else than this study");
    }

    [Theory]
    [InlineData("--seeds", "0", "--seeds must be a whole number from 1 to 1000, not '0'")]
    [InlineData("--sweep", "maybe", "--sweep must be true or false, not 'maybe'")]
    [InlineData("--d", "0", "--d must be a whole number from 1 to 100, not '0'")]
    public void Settings_out_of_range_are_named(string option, string value, string sentence)
    {
        _looped.Refuse(["run", "toy-study", option, value, "--out", "a"], sentence);
        Assert.Empty(_looped.Files);
    }

    [Fact]
    public void A_stopped_study_keeps_the_seeds_that_are_done()
    {
        using var process = _looped.Start(
            "run", "toy-study", "--d", "3", "--epochs", "24", "--samples", "300", "--seeds", "1000", "--out", "a");
        SpinWait.SpinUntil(() => process.HasExited ||
            (Directory.Exists(_looped.PathOf("a/seeds")) && _looped.Files.Any(file => file.EndsWith(".npz", StringComparison.Ordinal))));
        InterruptTests.Send(process, InterruptTests.Interrupt);
        var outcome = Looped.Finish(process);

        Assert.Equal((130, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("the same command goes on from there", outcome.Output);
        Assert.Contains("was stopped", Text(File.ReadAllText(_looped.PathOf("a/report.html"))));
    }

    private static string Text(string page) => XDocument.Parse(page["<!DOCTYPE html>".Length..]).Root!.Value;
}
