using System.CommandLine;
using System.Diagnostics;
using Looped.Kernels;
using Looped.Studies;
using Looped.Studies.ToyStudy;

namespace Looped.Cli;

/// <summary><c>looped run toy-study</c>: the toy run over seeds, with a verdict on each claim.</summary>
internal static class RunToyStudyCommand
{
    /// <summary>How long stopped runs may take to end their present epoch.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(150);

    public static Command Create()
    {
        var settings = new StudyArguments<ToyStudySettings>(ToyStudySettings.Options, new ToyStudySettings());
        var output = PathOption.Checked(new Option<string>("--out")
        {
            Description = "folder for the results; seeds that it holds already are not measured again",
            HelpName = "folder",
            DefaultValueFactory = _ => Path.Combine("runs", "toy-study"),
        });
        var force = new Option<bool>("--force") { Description = "use the folder even if it holds another study" };
        var quiet = new Option<bool>("--quiet") { Description = "no progress, no closing line" };
        var command = new Command(
            "toy-study", "Runs both toy models over seeds, in two kinds of data, and judges the paper's claims on them.");
        settings.AddTo(command);
        command.Add(output);
        command.Add(force);
        command.Add(quiet);
        command.Add(DeviceOption.Create());
        command.Add(NumericsOption.Create());
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var chosen = settings.Read(parsed);
            chosen.Validate(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
            var backend = NumericsOption.Backend(parsed);
            using var interrupt = new Interrupt();
            using var folder = RunFolder.Open(parsed.GetValue(output)!);
            StudyFiles.Claim(chosen, folder, parsed.GetValue(force));
            return Run(chosen, backend, folder, parsed.GetValue(quiet), interrupt);
        }));
        return command;
    }

    private static int Run(
        ToyStudySettings settings, IBackend backend, RunFolder folder, bool quiet, Interrupt interrupt)
    {
        var start = Stopwatch.GetTimestamp();
        var study = new ToyStudyRun(settings, backend, folder.Path);
        study.Start();
        ToyStudyProgress.Show(study, quiet, interrupt.Token.WaitHandle);
        if (interrupt.Token.IsCancellationRequested)
        {
            study.Stop();
            study.Wait(StopPatience);
        }

        if (study.Results().Count == 0)
        {
            Say("Stopped before the first seed was done; the same command begins again");
            return interrupt.ExitCode;
        }

        var report = StudyFiles.Write(study, folder, Stopwatch.GetElapsedTime(start));
        Say(study.IsComplete
            ? $"Report: {report}"
            : $"Stopped; what was measured stands in {report}, and the same command goes on from there");
        return study.IsComplete ? 0 : interrupt.ExitCode;

        void Say(string line)
        {
            if (!quiet)
            {
                Console.WriteLine(line);
            }
        }
    }
}
