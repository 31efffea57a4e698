using System.CommandLine;
using System.Diagnostics;
using Looped.Studies;
using Looped.Studies.PracticalStudy;

namespace Looped.Cli;

/// <summary><c>looped run practical-study</c>: algorithmic tasks under all paradigms and several seeds, in one report.</summary>
internal static class RunPracticalStudyCommand
{
    /// <summary>How long stopped runs may take for a step and a checkpoint.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    /// <summary>By convention that of a program that was asked to end.</summary>
    private const int StoppedExitCode = 143;

    public static Command Create()
    {
        var settings = new StudyArguments<PracticalStudySettings>(PracticalStudySettings.Options, new PracticalStudySettings());
        var output = PathOption.Checked(new Option<string?>("--out")
        {
            Description = "folder for the results; runs that it holds are not made again " +
                "[default: runs/practical-study-SCALE]",
            HelpName = "folder",
        });
        var quiet = new Option<bool>("--quiet") { Description = "no progress, no closing line" };
        var command = new Command(
            "practical-study",
            "Trains decoders on algorithmic tasks, in one pass, in loops and by SHIFT, over seeds, and judges the paper's claims.");
        settings.AddTo(command);
        command.Add(output);
        command.Add(quiet);
        command.Add(DeviceOption.Create());
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var chosen = settings.Read(parsed);
            chosen.Validate();
            var path = parsed.GetValue(output) ??
                Path.Combine("runs", $"practical-study-{chosen.Run.Scale.ToString().ToLowerInvariant()}");
            _ = DeviceOption.Backend(parsed);
            using var interrupt = new Interrupt();
            using var folder = RunFolder.Open(path);
            PracticalFiles.Claim(chosen, folder);
            var study = new PracticalStudyRun(
                chosen, folder.Path, ThisProgram(), [DeviceOption.Name, parsed.GetValue<string>(DeviceOption.Name)!]);
            return Run(study, folder, parsed.GetValue(quiet), interrupt);
        }));
        return command;
    }

    /// <summary>How this very program is started: its assembly by the host, or its own executable.</summary>
    private static string[] ThisProgram()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, "exec", typeof(Program).Assembly.Location]
            : [process];
    }

    private static int Run(PracticalStudyRun study, RunFolder folder, bool quiet, Interrupt interrupt)
    {
        var start = Stopwatch.GetTimestamp();
        study.Start();
        PracticalStudyProgress.Show(study, quiet, interrupt.Token.WaitHandle);
        if (interrupt.Token.IsCancellationRequested)
        {
            study.Stop();
            study.Wait(StopPatience);
        }

        foreach (var cell in study.Cells.Where(cell => cell.Divergence is not null))
        {
            UserErrors.Write($"{cell.Cell.Name}: {cell.Divergence}");
        }

        // A run that was stopped on its own stops its study too.
        var exitCode = study.Records().Count == 0 && study.IsComplete ? UserErrors.DivergedExitCode
            : study.IsComplete ? 0
            : interrupt.ExitCode > 0 ? interrupt.ExitCode
            : StoppedExitCode;
        if (study.Records().Count == 0)
        {
            Say("No run is done yet; the same command goes on from there");
            return exitCode;
        }

        var report = PracticalFiles.Write(study, folder, Stopwatch.GetElapsedTime(start));
        Say(study.IsComplete
            ? $"Report: {report}"
            : $"Stopped; what was measured stands in {report}, and the same command goes on from there");
        return exitCode;

        void Say(string line)
        {
            if (!quiet)
            {
                Console.WriteLine(line);
            }
        }
    }
}
