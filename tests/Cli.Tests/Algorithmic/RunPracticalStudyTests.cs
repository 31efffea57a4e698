using System.Diagnostics;
using System.Xml.Linq;
using Looped.Studies.Ledger;

namespace Looped.Cli.Tests.Algorithmic;

public sealed class RunPracticalStudyTests : IDisposable
{
    private const int SwitchStep = 40;

    private static readonly string[] Small =
    [
        "run", "practical-study", "--tasks", "parity", "--seeds", "1", "--shift", $"{SwitchStep}", "--width", "16", "--heads",
        "2", "--end", "3", "--interval", "10", "--test-to", "5", "--steps", "80", "--batch", "8", "--log-every", "3",
        "--eval-every", "20", "--eval-samples", "16", "--final-samples", "40", "--checkpoint-every", "4", "--processes", "2",
        "--out", "a",
    ];

    private static readonly string[] Runs = ["parity-looped-0", "parity-shift-0", "parity-single-0"];

    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void A_study_leaves_its_runs_and_one_report_with_every_verdict()
    {
        var output = _looped.Succeed(Small);

        Assert.EndsWith($"Report: {Path.Combine("a", "report.html")}\n", output);
        Assert.All(Runs, run => Assert.Contains($"a/runs/{run}/final.safetensors", _looped.Files));
        Assert.Equal(
            ["a/figures/parity-cost.svg", "a/figures/parity-curves.svg", "a/figures/parity-lengths.svg"],
            _looped.Files.Where(file => file.StartsWith("a/figures/", StringComparison.Ordinal)));
        var ledger = LedgerJson.Read(File.ReadAllText(_looped.PathOf("a/ledger.json")));
        Assert.Equal(["P0", "P1", "D1"], ledger.Select(row => row.Id));
        Assert.Contains("1 of 1 seeds switched", ledger[2].Statistic);
        var text = XDocument.Parse(File.ReadAllText(_looped.PathOf("a/report.html"))["<!DOCTYPE html>".Length..]).Root!.Value;
        Assert.All(ledger, row => Assert.Contains(row.Statistic, text));

        // The first step that loops has a row, though it is no multiple of three.
        Assert.Contains(
            TinyRun.Metrics(_looped, "a/runs/parity-shift-0"), row => row.StartsWith($"{SwitchStep + 1},", StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_of_a_study_are_those_of_the_command_for_one()
    {
        _looped.Succeed([.. Small, "--quiet"]);
        var alone = TinyRun.With(TinyRun.Arguments("alone"), "--shift", $"{SwitchStep}");
        alone = [.. alone.Where((_, i) => alone[i] is not ("--ema" or "--lr") && (i == 0 || alone[i - 1] is not ("--ema" or "--lr")))];
        _looped.Succeed([.. alone, "--quiet"]);
        Assert.Equal(TinyRun.Metrics(_looped, "alone"), TinyRun.Metrics(_looped, "a/runs/parity-shift-0"));
    }

    [Fact]
    public void A_study_goes_on_where_it_was()
    {
        _looped.Succeed([.. Small, "--quiet"]);
        var finals = Runs.ToDictionary(run => run, Final);
        File.Delete(_looped.PathOf($"a/runs/{Runs[0]}/final.safetensors"));
        var times = Runs.Skip(1).Select(run => File.GetLastWriteTimeUtc(_looped.PathOf($"a/runs/{run}/final.safetensors"))).ToList();

        var output = _looped.Succeed(TinyRun.With(Small, "--seeds", "2"));

        Assert.StartsWith("2 of 6 runs done (2 read back)", output);
        Assert.All(Runs, run => Assert.Equal(finals[run], Final(run)));
        Assert.Equal(
            times, Runs.Skip(1).Select(run => File.GetLastWriteTimeUtc(_looped.PathOf($"a/runs/{run}/final.safetensors"))));
        Assert.Contains("a/runs/parity-single-1/final.safetensors", _looped.Files);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stopped_or_killed_study_leaves_no_process_and_goes_on_to_the_same_bits(bool isKilled)
    {
        var arguments = TinyRun.With(Small, "--steps", "3000");
        using var process = _looped.Start([.. arguments]);
        SpinWait.SpinUntil(() => process.HasExited || _looped.Files.Any(
            file => file.Contains("/checkpoints/step-", StringComparison.Ordinal)));
        if (isKilled)
        {
            process.Kill();
        }
        else
        {
            InterruptTests.Send(process, InterruptTests.Interrupt);
        }

        var outcome = Looped.Finish(process);
        Assert.Equal((isKilled ? 137 : 130, ""), (outcome.ExitCode, outcome.Error));

        // It waits for the runs that the killed study began: they end on their own.
        _looped.Succeed(arguments);
        _looped.Succeed(TinyRun.With(arguments, "--out", "whole"));
        Assert.All(Runs, run => Assert.Equal(_looped.Read($"whole/runs/{run}/final.safetensors"), Final(run)));
    }

    [Fact]
    public void A_run_ends_with_its_input_only_where_it_is_told_to()
    {
        var arguments = TinyRun.With(TinyRun.Arguments("b", "--stop-with-input"), "--steps", "1000000");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = _looped.PathOf("."),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "looped.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        Assert.NotNull(process.StandardOutput.ReadLine());
        process.StandardInput.Close();
        var outcome = Looped.Finish(process);
        Assert.Equal((143, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("Stopped at step", outcome.Output);
    }

    [Fact]
    public void A_run_that_fails_stops_its_study_with_its_sentence()
    {
        _looped.Succeed([.. Small, "--quiet"]);
        File.Delete(_looped.PathOf("a/runs/parity-looped-0/final.safetensors"));
        _looped.Write("a/runs/parity-looped-0/config.json", "{}");
        var outcome = _looped.Run(Small);
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(
            "looped: the run parity-looped-0 ended with exit code 2: a/runs/parity-looped-0 holds a run with", outcome.Error);
    }

    [Fact]
    public void Another_studys_folder_is_refused()
    {
        _looped.Succeed([.. Small, "--quiet"]);
        _looped.Refuse([.. Small, "--lr", "0.02"], "a holds a study with lr auto, not 0.02");
        Directory.CreateDirectory(_looped.PathOf("b"));
        _looped.Write("b/letter", "dear reader");
        _looped.Refuse(TinyRun.With(Small, "--out", "b"), "b holds no practical study");
    }

    [Theory]
    [InlineData("--tasks", "juggling", "tasks must be names with commas between of parity")]
    [InlineData("--seeds", "0", "seeds must be a whole number from 1 to 1000")]
    [InlineData("--processes", "0", "processes must be a whole number")]
    [InlineData("--heads", "3", "heads must divide the width")]
    public void Settings_out_of_range_are_refused(string option, string value, string part) =>
        _looped.Refuse(TinyRun.With(Small, option, value), part);

    private byte[] Final(string run) => _looped.Read($"a/runs/{run}/final.safetensors");
}
