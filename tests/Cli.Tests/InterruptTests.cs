using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using Looped.Studies.Ledger;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests;

public partial class InterruptTests : IDisposable
{
    internal const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    [Theory]
    [InlineData(Interrupt, 130)]
    [InlineData(Terminate, 143)]
    public void An_interrupted_run_leaves_whole_files_of_what_was_done(int signal, int exitCode)
    {
        using var process = _looped.Start("run", "toy", "--d", "4", "--epochs", "100000", "--out", "a");
        var line = process.StandardOutput.ReadLine();
        Assert.Matches(@"^single epoch \d+ of 100000, loss \d\.\d{4}, entropy \d\.\d{3}; looped epoch \d+ of 100000, loss", line);
        Send(process, signal);
        var outcome = Looped.Finish(process);

        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Error));
        Assert.EndsWith($"Stopped; what was measured stands in {Path.Combine("a", "report.html")}\n", outcome.Output);
        var spectra = Npz.Read(_looped.PathOf("a/spectra.npz"));
        var rows = File.ReadAllLines(_looped.PathOf("a/metrics.csv"))[1..].Select(row => row.Split(',')).ToList();
        foreach (var model in new[] { "single", "looped" })
        {
            var epochs = rows.Where(row => row[0] == model).Select(row => int.Parse(row[1])).ToList();
            Assert.InRange(epochs.Count, 1, 99_999);
            Assert.Equal(Enumerable.Range(0, epochs.Count), epochs);
            Assert.Equal(epochs.Count, spectra[model].Shape[0]);
        }

        Assert.All(rows, row => Assert.Equal(20, row.Length));
        Assert.Equal(3, LedgerJson.Read(File.ReadAllText(_looped.PathOf("a/ledger.json"))).Count);
        var page = File.ReadAllText(_looped.PathOf("a/report.html"));
        Assert.Contains("stopped before its last epoch", XDocument.Parse(page["<!DOCTYPE html>".Length..]).Root!.Value);
        Assert.DoesNotContain(_looped.Files, file => file.EndsWith(".tmp") || file.EndsWith(".lock"));
    }

    /// <summary>Ten million samples take longer to draw than a signal to arrive.</summary>
    [Fact]
    public void A_run_interrupted_before_its_first_epoch_leaves_nothing()
    {
        using var process = _looped.Start("run", "toy", "--samples", "10000000", "--out", "a");
        SpinWait.SpinUntil(() => Directory.Exists(_looped.PathOf("a")) || process.HasExited);
        Send(process, Interrupt);
        var outcome = Looped.Finish(process);
        Assert.Equal(
            (130, "Stopped before the first epoch; nothing was written\n", ""),
            (outcome.ExitCode, outcome.Output, outcome.Error));
        Assert.Empty(_looped.Files);
    }

    [Fact]
    public void An_interrupted_check_of_the_theory_leaves_whole_files_of_the_parts_that_were_done()
    {
        using var process = _looped.Start(
            "run", "theory", "--instances", "8", "--seeds", "10000", "--epochs", "100000", "--threads", "1", "--out", "a");
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("attention models", StringComparison.Ordinal))
        {
        }

        Send(process, Interrupt);
        var outcome = Looped.Finish(process);
        Assert.Equal((130, ""), (outcome.ExitCode, outcome.Error));
        Assert.EndsWith($"Stopped; what was measured stands in {Path.Combine("a", "report.html")}\n", outcome.Output);
        var rows = LedgerJson.Read(File.ReadAllText(_looped.PathOf("a/ledger.json")));
        Assert.Equal(["T1", "T2", "L1", "L2", "L3", "T3"], rows.Select(row => row.Id));
        Assert.Contains("not measured", rows[5].Statistic);
        Assert.Contains("stopped before its last part", File.ReadAllText(_looped.PathOf("a/report.html")));
        Assert.DoesNotContain(_looped.Files, file => file.EndsWith(".tmp") || file.EndsWith(".lock"));
    }

    internal static void Send(Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
