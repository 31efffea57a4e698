using System.Diagnostics;
using System.Text.RegularExpressions;
using Looped.Tensors;

namespace Looped.Cli.Tests.Algorithmic;

public sealed class KillTests : IDisposable
{
    private const int Kills = 20;

    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    /// <summary>
    /// Runs are killed at instants uniform over the time that a whole run takes and go on, killed again and again, until one
    /// is at its end; then the next run begins, until enough have been killed.
    /// </summary>
    [Fact]
    public void A_run_killed_at_any_instant_goes_on_to_the_same_bits()
    {
        _looped.Succeed(TinyRun.Arguments("warm"));
        var start = Stopwatch.GetTimestamp();
        _looped.Succeed(TinyRun.Arguments("whole"));
        var milliseconds = (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        var random = new Philox(1, "instants");
        var (kills, runs, isDone) = (0, 0, true);
        while (kills < Kills || !isDone)
        {
            runs += isDone ? 1 : 0;
            using var process = _looped.Start(TinyRun.Arguments($"run-{runs}", isDone ? [] : ["--resume"]));
            isDone = process.WaitForExit(kills < Kills ? 1 + random.NextInt(milliseconds) : int.MaxValue);
            if (!isDone)
            {
                process.Kill();
                process.WaitForExit();
                kills++;
            }
            else
            {
                Assert.Equal((0, ""), (process.ExitCode, process.StandardError.ReadToEnd()));
                Compare($"run-{runs}");
            }
        }
    }

    [Fact]
    public void An_interrupted_run_leaves_a_checkpoint_and_goes_on_to_the_same_bits()
    {
        var arguments = TinyRun.With(TinyRun.Arguments("a"), "--steps", "800");
        using var process = _looped.Start(arguments);
        Assert.NotNull(process.StandardOutput.ReadLine());
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            kill.WaitForExit();
        }

        var outcome = Looped.Finish(process);
        Assert.Equal((130, ""), (outcome.ExitCode, outcome.Error));
        var step = Regex.Match(outcome.Output, @"Stopped at step (\d+) of 800; the same command with --resume goes on").Groups[1];
        Assert.Contains($"checkpoints/step-{long.Parse(step.Value):D9}.safetensors", Files("a"));

        _looped.Succeed([.. arguments, "--resume"]);
        _looped.Succeed(TinyRun.With(arguments, "--out", "whole"));
        Assert.Equal(_looped.Read("whole/final.safetensors"), _looped.Read("a/final.safetensors"));
        Assert.Equal(TinyRun.Metrics(_looped, "whole"), TinyRun.Metrics(_looped, "a"));
    }

    /// <summary>Before its config and records were whole; a kill at random meets these instants hardly ever.</summary>
    [Fact]
    public void A_run_killed_before_its_first_file_begins_anew()
    {
        Directory.CreateDirectory(_looped.PathOf("a"));
        _looped.Write("a/.lock", "");
        _looped.Write("a/.config.json.1234.tmp", "{\"stu");
        _looped.Succeed(TinyRun.Arguments("a", "--resume"));

        Directory.CreateDirectory(_looped.PathOf("b/checkpoints"));
        File.Copy(_looped.PathOf("a/config.json"), _looped.PathOf("b/config.json"));
        _looped.Write("b/metrics.csv", "step,long");
        _looped.Write("b/events.out.tfevents.0.looped", "abc");
        _looped.Write("b/checkpoints/.step-000000004.safetensors.1234.tmp", "abc");
        _looped.Succeed(TinyRun.Arguments("b", "--resume"));
        Assert.Equal(_looped.Read("a/final.safetensors"), _looped.Read("b/final.safetensors"));
        Assert.Equal(TinyRun.Metrics(_looped, "a"), TinyRun.Metrics(_looped, "b"));
        Assert.Equal(Files("a"), Files("b"));
    }

    [Fact]
    public void A_damaged_checkpoint_is_left_out_and_an_older_one_serves()
    {
        _looped.Succeed(TinyRun.Arguments("whole"));
        Assert.Equal(
            ["checkpoints/step-000000072.safetensors", "checkpoints/step-000000076.safetensors"],
            Files("whole").Where(file => file.StartsWith("checkpoints/")));
        File.Delete(_looped.PathOf("whole/final.safetensors"));
        var newest = _looped.PathOf("whole/checkpoints/step-000000076.safetensors");
        var bytes = File.ReadAllBytes(newest);
        bytes[^100] ^= 1;
        File.WriteAllBytes(newest, bytes);

        _looped.Succeed(TinyRun.Arguments("other"));
        var outcome = _looped.Run(TinyRun.Arguments("whole", "--resume"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("step-000000076.safetensors is damaged", outcome.Error);
        Assert.Equal(_looped.Read("other/final.safetensors"), _looped.Read("whole/final.safetensors"));
    }

    private void Compare(string folder)
    {
        Assert.Equal(Files("whole"), Files(folder));
        Assert.Equal(_looped.Read("whole/final.safetensors"), _looped.Read($"{folder}/final.safetensors"));
        Assert.Equal(_looped.Read("whole/lengths.csv"), _looped.Read($"{folder}/lengths.csv"));
        Assert.Equal(TinyRun.Metrics(_looped, "whole"), TinyRun.Metrics(_looped, folder));
        Assert.Equal(
            _looped.Read("whole/events.out.tfevents.0.looped").Length,
            _looped.Read($"{folder}/events.out.tfevents.0.looped").Length);
    }

    private IEnumerable<string> Files(string folder) =>
        _looped.Files.Where(file => file.StartsWith($"{folder}/")).Select(file => file[(folder.Length + 1)..]);
}
