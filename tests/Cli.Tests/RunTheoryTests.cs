using System.Text;
using System.Text.Json.Nodes;
using Looped.Studies.Ledger;

namespace Looped.Cli.Tests;

public class RunTheoryTests : IDisposable
{
    private static readonly string[] Small =
        ["run", "theory", "--instances", "40", "--seeds", "1", "--epochs", "3", "--out", "a"];

    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void A_run_leaves_its_files_and_ends_well_whatever_the_verdicts()
    {
        var output = _looped.Succeed(Small);
        Assert.EndsWith($"Report: {Path.Combine("a", "report.html")}\n", output);
        var rows = LedgerJson.Read(Encoding.UTF8.GetString(_looped.Read("a/ledger.json")));
        Assert.Equal(["T1", "T2", "L1", "L2", "L3", "T3"], rows.Select(row => row.Id));
        Assert.Contains(rows, row => row.Verdict != Verdict.Supported);
        Assert.Contains("a/figures/T1-bounds.svg", _looped.Files);
    }

    [Fact]
    public void The_same_run_comes_of_its_own_configuration()
    {
        _looped.Succeed([.. Small, "--seed", "5", "--quiet"]);
        Assert.Equal("", _looped.Succeed("run", "theory", "--config", "a/config.json", "--out", "b", "--threads", "1", "--quiet"));
        foreach (var file in new[] { "checks.csv", "forces.csv", "alignments.csv" })
        {
            Assert.Equal(_looped.Read($"a/{file}"), _looped.Read($"b/{file}"));
        }
    }

    [Fact]
    public void Quick_sets_what_is_not_set_otherwise()
    {
        _looped.Succeed("run", "theory", "--quick", "--seeds", "1", "--instances", "16", "--epochs", "2", "--out", "a", "--quiet");
        var settings = JsonNode.Parse(_looped.Read("a/config.json"))!["settings"]!;
        Assert.Equal(("16", "1", "2"), ($"{settings["instances"]}", $"{settings["seeds"]}", $"{settings["epochs"]}"));
        Assert.Contains("instances 400, seeds 6, epochs 50", _looped.Succeed("run", "theory", "--help"));
    }

    [Fact]
    public void What_cannot_be_used_is_said_in_a_sentence()
    {
        _looped.Refuse(["run", "theory", "--instances", "many"], "--instances must be a whole number from 8 to 1000000, not 'many'");
        _looped.Refuse(["run", "theory", "--seeds", "0"], "--seeds must be a whole number from 1 to 10000, not '0'");
        _looped.Refuse(["run", "theory", "--seed", "-1"], "--seed must be");
        _looped.Refuse(["run", "theory", "--depth", "3"], "'--depth'");
        _looped.Refuse(["run", "theory", "--out", ""], "--out must name a folder");
        _looped.Refuse(["run", "theory", "--config", "none.json"], "none.json", "cannot be read");
        _looped.Write("a", "");
        _looped.Refuse(Small, "a exists already", "--force", "--out");
    }
}
