using System.CommandLine;
using System.Diagnostics;
using Looped.Studies;
using Looped.Studies.Theory;

namespace Looped.Cli;

/// <summary><c>looped run theory</c>: the theory's statements checked by computation, and a report.</summary>
internal static class RunTheoryCommand
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var defaults = new TheorySettings();
        var settings = new StudyArguments<TheorySettings>(TheorySettings.Options, defaults);
        var output = PathOption.Checked(new Option<string>("--out")
        {
            Description = "folder for the results",
            HelpName = "folder",
            DefaultValueFactory = _ => Path.Combine("runs", "theory"),
        });
        var force = new Option<bool>("--force") { Description = "replace the files of an earlier run in that folder" };
        var quick = new Option<bool>("--quick")
        {
            Description = "a few seconds in place of minutes: " + string.Join(
                ", ",
                TheorySettings.Options.Where(option => option.Get(TheorySettings.Quick) != option.Get(defaults))
                    .Select(option => $"{option.Name} {option.Get(TheorySettings.Quick)}")),
        };
        var quiet = new Option<bool>("--quiet") { Description = "no progress, no closing line" };

        var command = new Command("theory", "Checks the paper's theorems, lemmas and the steps of their proofs by computation.");
        settings.AddTo(command);
        command.Add(output);
        command.Add(force);
        command.Add(quick);
        command.Add(quiet);
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var chosen = settings.Read(parsed, parsed.GetValue(quick) ? TheorySettings.Quick : defaults);
            using var interrupt = new Interrupt();
            using var folder = RunFolder.Create(parsed.GetValue(output)!, parsed.GetValue(force));
            return Run(chosen, folder, parsed.GetValue(quiet), interrupt);
        }));
        return command;
    }

    private static int Run(TheorySettings settings, RunFolder folder, bool quiet, Interrupt interrupt)
    {
        var study = new TheoryStudy(settings);
        var run = Task.Run(() => study.Run(interrupt.Token));
        var said = Stopwatch.GetTimestamp();
        while (!Task.WaitAll([run], 100))
        {
            if (!quiet && Stopwatch.GetElapsedTime(said) >= LineInterval)
            {
                said = Stopwatch.GetTimestamp();
                var (part, done, total) = study.Progress;
                Console.WriteLine($"{part}: {done} of {total}");
            }
        }

        var result = run.GetAwaiter().GetResult();
        if (result.IsEmpty)
        {
            Say("Stopped before the first part was done; nothing was written");
            return interrupt.ExitCode;
        }

        var report = TheoryFiles.Write(result, folder);
        Say(result.IsComplete ? $"Report: {report}" : $"Stopped; what was measured stands in {report}");
        return result.IsComplete ? 0 : interrupt.ExitCode;

        void Say(string line)
        {
            if (!quiet)
            {
                Console.WriteLine(line);
            }
        }
    }
}
