using System.Diagnostics;

namespace Looped.Cli.Tests.Algorithmic;

public sealed class FullDiskTests : IDisposable
{
    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    /// <summary>
    /// In a small file system of its own, which has room for config and records and for none, one or two checkpoints; then
    /// it grows, and the run goes on.
    /// </summary>
    [SmallDiskTheory]
    [InlineData(40)]
    [InlineData(72)]
    [InlineData(144)]
    public void A_run_that_fills_the_disk_says_so_and_goes_on_when_there_is_room(int kilobytes)
    {
        Directory.CreateDirectory(_looped.PathOf("disk"));
        File.WriteAllText(_looped.PathOf("script"), $"""
            mount -t tmpfs -o size={kilobytes}k none disk || exit 99
            "$@" --out disk/a
            test $? = 2 || exit 98
            mount -o remount,size=4m disk || exit 97
            "$@" --out disk/a --resume || exit 96
            cp disk/a/final.safetensors disk/a/metrics.csv .
            """);
        using var process = Process.Start(new ProcessStartInfo(
            "unshare",
            [
                "--map-root-user", "--mount", "bash", "script",
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec",
                Path.Combine(AppContext.BaseDirectory, "looped.dll"), .. TinyRun.Arguments("none").SkipLast(2), "--quiet",
            ])
        {
            WorkingDirectory = _looped.PathOf("."),
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var outcome = Looped.Finish(process);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches("^looped: No space left on device : '[^\n]*'\n$", outcome.Error);

        _looped.Succeed(TinyRun.Arguments("whole"));
        Assert.Equal(_looped.Read("whole/final.safetensors"), _looped.Read("final.safetensors"));
        Assert.Equal(TinyRun.Metrics(_looped, "whole"), TinyRun.Metrics(_looped, "."));
    }

    /// <summary>Skips where a process cannot mount a file system for itself alone.</summary>
    private sealed class SmallDiskTheoryAttribute : TheoryAttribute
    {
        public SmallDiskTheoryAttribute()
        {
            if (!CanMount())
            {
                Skip = "needs Linux and the right to mount a file system in a namespace of one's own";
            }
        }

        private static bool CanMount()
        {
            if (!OperatingSystem.IsLinux())
            {
                return false;
            }

            try
            {
                using var process = Process.Start(
                    "unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", Path.GetTempPath()]);
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
