using System.Text;
using System.Text.Json.Nodes;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests;

public class RunToyTests : IDisposable
{
    private static readonly string[] Small = ["run", "toy", "--d", "4", "--epochs", "5", "--samples", "500"];

    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void A_run_leaves_its_files_and_names_the_report()
    {
        var output = _looped.Succeed([.. Small, "--out", "deep/run"]);
        Assert.EndsWith($"Report: {Path.Combine("deep/run", "report.html")}\n", output);
        Assert.Equal(
            [
                "deep", "deep/run", "deep/run/config.json", "deep/run/figures", "deep/run/figures/accuracy.svg",
                "deep/run/figures/entropy.svg", "deep/run/figures/heatmap-looped.svg", "deep/run/figures/heatmap-single.svg",
                "deep/run/figures/loss.svg", "deep/run/figures/spectra.svg", "deep/run/figures/valley.svg",
                "deep/run/ledger.json", "deep/run/metrics.csv", "deep/run/report.html", "deep/run/spectra.npz",
            ],
            _looped.Files);
        Assert.Equal(13, File.ReadAllLines(_looped.PathOf("deep/run/metrics.csv")).Length);
        Assert.Equal(new Shape(6, 60), Npz.Read(_looped.PathOf("deep/run/spectra.npz"))["looped"].Shape);
    }

    [Fact]
    public void The_same_run_comes_of_options_of_a_file_and_of_its_own_configuration()
    {
        Assert.Equal("", _looped.Succeed([.. Small, "--out", "a", "--quiet", "--gate", "learned", "--lr", "0.05", "--positions", "true"]));
        _looped.Write("settings.json", """
            { "d": 4, "epochs": 5, "samples": 500, "gate": "learned", "lr": 0.05, "positions": true, "threads": 1 }
            """);
        _looped.Succeed("run", "toy", "--config", "settings.json", "--out", "b", "--quiet");
        _looped.Succeed("run", "toy", "--config", Path.Combine("a", "config.json"), "--out", "c", "--quiet");
        foreach (var file in new[] { "metrics.csv", "spectra.npz" })
        {
            Assert.Equal(_looped.Read($"a/{file}"), _looped.Read($"b/{file}"));
            Assert.Equal(_looped.Read($"a/{file}"), _looped.Read($"c/{file}"));
        }

        Assert.Equal(_looped.Read("a/config.json"), _looped.Read("c/config.json"));
    }

    [Fact]
    public void Options_win_over_the_file()
    {
        _looped.Write("settings.json", """{ "d": 2, "epochs": 3, "samples": 500, "model": "single" }""");
        _looped.Succeed("run", "toy", "--config", "settings.json", "--epochs", "2", "--out", "a", "--quiet");
        Assert.Equal(4, File.ReadAllLines(_looped.PathOf("a/metrics.csv")).Length);
        var settings = JsonNode.Parse(_looped.Read("a/config.json"))!["settings"]!;
        Assert.Equal(("2", "2", "single"), ($"{settings["d"]}", $"{settings["epochs"]}", $"{settings["model"]}"));
    }

    [Fact]
    public void An_existing_folder_is_kept_unless_forced()
    {
        _looped.Succeed([.. Small, "--out", "a", "--quiet"]);
        var before = _looped.Read("a/metrics.csv");
        _looped.Refuse([.. Small, "--out", "a", "--seed", "1"], "a exists already", "--force", "--out");
        Assert.Equal(before, _looped.Read("a/metrics.csv"));

        _looped.Succeed([.. Small, "--out", "a", "--seed", "1", "--force", "--quiet"]);
        Assert.NotEqual(before, _looped.Read("a/metrics.csv"));
    }

    [Fact]
    public void Folders_that_cannot_be_made_are_named()
    {
        _looped.Write("file", "");
        _looped.Refuse([.. Small, "--out", "file"], "file exists already");
        _looped.Refuse([.. Small, "--out", "file", "--force"], "file cannot be used for a run");
        _looped.Refuse([.. Small, "--out", "file/inside"], "file/inside cannot be used for a run");
        _looped.Refuse([.. Small, "--out", ""], "--out must name a folder");
    }

    [Theory]
    [InlineData("--d", "0", "a whole number from 1 to 100")]
    [InlineData("--lr", "fast", "a number above 0 and at most 1000")]
    [InlineData("--optimizer", "lion", "adam, sgd, momentum or adamw")]
    [InlineData("--gate", "NaN", "a number from -1000 to 1000, or learned")]
    [InlineData("--seed", "-1", "a whole number from 0 to 18446744073709551615")]
    public void A_value_out_of_its_range_is_named_with_the_range(string option, string value, string allowed) =>
        _looped.Refuse(["run", "toy", option, value], $"{option} must be {allowed}, not '{value}'");

    [Fact]
    public void Settings_that_do_not_fit_together_or_into_memory_are_refused()
    {
        _looped.Refuse(["run", "toy", "--batch", "20000"], "batch must be at most samples = 10000");
        _looped.Refuse(["run", "toy", "--eps", "2"], "eps must be below 1");
        _looped.Refuse(["run", "toy", "--d", "100", "--mi", "matrix", "--epochs", "1000000"], "GB of memory");
    }

    [Fact]
    public void What_the_command_line_cannot_mean_is_said_in_a_sentence()
    {
        _looped.Refuse([], "a command is missing", "run, hessian, gradient, hvp, spectrum");
        _looped.Refuse(["run"], "a command is missing", "toy");
        _looped.Refuse(["walk"], "'walk'", "run, hessian, gradient, hvp, spectrum");
        _looped.Refuse(["run", "game"], "'game'", "toy");
        _looped.Refuse(["run", "toy", "--depth", "3"], "'--depth'");
        _looped.Refuse(["run", "toy", "--d"], "'--d'");
        _looped.Refuse(["run", "toy", "--d", "2", "--d", "3"], "'--d'");
        _looped.Refuse(["run", "toy", "@settings"], "'@settings'");
    }

    [Fact]
    public void What_a_file_cannot_mean_is_said_in_a_sentence()
    {
        _looped.Write("key.json", """{ "d": 4, "epoch": 5 }""");
        _looped.Refuse(["run", "toy", "--config", "key.json"], "key.json", "'epoch'", "epochs");
        _looped.Write("value.json", """{ "d": -4 }""");
        _looped.Refuse(["run", "toy", "--config", "value.json"], "value.json", "d must be a whole number from 1 to 100, not '-4'");
        _looped.Write("array.json", "[4]");
        _looped.Refuse(["run", "toy", "--config", "array.json"], "array.json", "one JSON object");
        _looped.Refuse(["run", "toy", "--config", "none.json"], "none.json", "cannot be read");
        _looped.Refuse(["run", "toy", "--config", ""], "--config must name a file");
    }

    [Fact]
    public void Help_names_every_option_with_its_range_and_default()
    {
        var help = _looped.Succeed("run", "toy", "--help");
        foreach (var line in new[]
        {
            "--d <integer>", "[a whole number from 1 to 100; default: 8]",
            "--loops <integer>", "[a whole number from 1 to 64; default: 3]",
            "--epochs <integer>", "[a whole number from 1 to 1000000; default: 400]",
            "--lr <number>", "[a number above 0 and at most 1000; default: 0.01]",
            "--optimizer <choice>", "[adam, sgd, momentum or adamw; default: adam]",
            "--batch <integer>", "--seed <integer>", "--samples <integer>", "default: 10000]", "--alpha <number>",
            "--concentration <number>", "--dynamics <choice>", "[cyclic, mixture or homogeneous; default: cyclic]",
            "--scale <choice>", "--gate <number>", "--positions <choice>", "--model <choice>", "--spectrum-every <integer>",
            "--mi <choice>", "--eps <number>", "--eps-mode <choice>", "--threads <integer>", "default: all cores]",
            "--out <folder>", "[default: runs/toy]", "--force", "--config <file>", "--quiet",
        })
        {
            Assert.Contains(line, help);
        }

        Assert.Empty(_looped.Files);
    }

    [Fact]
    public void A_model_that_diverges_is_named_and_the_other_one_is_kept()
    {
        var outcome = _looped.Run([.. Small, "--loops", "30", "--gate", "50", "--out", "a", "--quiet"]);
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("looped: Looped-Attn diverged: ", outcome.Error);
        Assert.Equal(outcome.Error.Length - 1, outcome.Error.IndexOf('\n'));
        Assert.Contains("single,5,", Encoding.UTF8.GetString(_looped.Read("a/metrics.csv")));
        Assert.False(JsonNode.Parse(_looped.Read("a/config.json"))!["about"]!["complete"]!.GetValue<bool>());
    }
}
