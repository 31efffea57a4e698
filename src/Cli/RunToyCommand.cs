using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Looped.Kernels.Cpu;
using Looped.Studies;
using Looped.Studies.Settings;
using Looped.Studies.Toy;

namespace Looped.Cli;

/// <summary><c>looped run toy</c>: both toy models, their Hessians at every epoch, and a report.</summary>
internal static class RunToyCommand
{
    /// <summary>The shell's exit code for a program that an interrupt ended.</summary>
    private const int InterruptedExitCode = 130;

    /// <summary>How long a stopped model may take to end its present epoch before its rows are written without it.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var defaults = new ToySettings();
        var settings = ToySettings.Options
            .Select(option => (Study: option, Cli: new Option<string?>($"--{option.Name}")
            {
                Description = option.Name == "threads"
                    ? $"{option.Description} [{option.Allowed}; default: all cores]"
                    : $"{option.Description} [{option.Allowed}; default: {option.Get(defaults)}]",
                HelpName = option.Name,
            }))
            .ToList();
        var output = new Option<string>("--out")
        {
            Description = "folder for the results",
            DefaultValueFactory = _ => Path.Combine("runs", "toy"),
        };
        var force = new Option<bool>("--force") { Description = "replace the files of an earlier run in that folder" };
        var config = new Option<string?>("--config")
        {
            Description = "JSON file with settings by these names, such as the config.json of a run; options given here win",
        };
        var quiet = new Option<bool>("--quiet") { Description = "no progress, no closing line" };

        var command = new Command("toy", "Trains Single- and Looped-Attn and takes the exact Hessian's spectrum at every epoch.");
        foreach (var (_, option) in settings)
        {
            command.Add(option);
        }

        command.Add(output);
        command.Add(force);
        command.Add(config);
        command.Add(quiet);
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var chosen = parsed.GetValue(config) is { } file
                ? SettingsFile.Read(file, defaults, ToySettings.Options)
                : defaults;
            foreach (var (study, option) in settings)
            {
                if (parsed.GetValue(option) is { } text)
                {
                    chosen = Apply(study, chosen, text);
                }
            }

            chosen.Validate();
            using var folder = RunFolder.Create(parsed.GetValue(output)!, parsed.GetValue(force));
            return Run(chosen, folder, parsed.GetValue(quiet));
        }));
        return command;
    }

    private static ToySettings Apply(StudyOption<ToySettings> option, ToySettings settings, string text)
    {
        try
        {
            return option.Apply(settings, text);
        }
        catch (SettingException failure)
        {
            throw new UserException($"--{failure.Message}");
        }
    }

    private static int Run(ToySettings settings, RunFolder folder, bool quiet)
    {
        var start = Stopwatch.GetTimestamp();
        var study = new ToyStudy(settings, new CpuBackend());
        using var interrupted = new ManualResetEventSlim();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        study.Start();
        ToyProgress.Show(study, quiet, interrupted.WaitHandle);
        if (interrupted.IsSet)
        {
            study.Stop();
            study.Wait(StopPatience);
        }

        var report = ToyFiles.Write(ToyResult.Of(study, Stopwatch.GetElapsedTime(start)), folder);
        if (!quiet)
        {
            Console.WriteLine(interrupted.IsSet
                ? $"Stopped; what was measured stands in {report}"
                : $"Report: {report}");
        }

        return interrupted.IsSet ? InterruptedExitCode : 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.Set();
        }
    }
}
