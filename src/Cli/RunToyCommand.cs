using System.CommandLine;
using System.Diagnostics;
using Looped.Kernels;
using Looped.Studies;
using Looped.Studies.Toy;

namespace Looped.Cli;

/// <summary><c>looped run toy</c>: both toy models, their Hessians at every epoch, and a report.</summary>
internal static class RunToyCommand
{
    /// <summary>How long a stopped model may take to end its present epoch before its rows are written without it.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(150);

    public static Command Create()
    {
        var settings = new StudyArguments<ToySettings>(ToySettings.Options, new ToySettings());
        var output = PathOption.Checked(new Option<string>("--out")
        {
            Description = "folder for the results",
            HelpName = "folder",
            DefaultValueFactory = _ => Path.Combine("runs", "toy"),
        });
        var force = new Option<bool>("--force") { Description = "replace the files of an earlier run in that folder" };
        var quiet = new Option<bool>("--quiet") { Description = "no progress, no closing line" };

        var command = new Command("toy", "Trains Single- and Looped-Attn and takes the exact Hessian's spectrum at every epoch.");
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
            using var folder = RunFolder.Create(parsed.GetValue(output)!, parsed.GetValue(force));
            return Run(chosen, backend, folder, parsed.GetValue(quiet), interrupt);
        }));
        return command;
    }

    private static int Run(
        ToySettings settings, IBackend backend, RunFolder folder, bool quiet, Interrupt interrupt)
    {
        var start = Stopwatch.GetTimestamp();
        if (Measure(settings, backend, quiet, interrupt) is not { } study)
        {
            Say("Stopped before the first epoch; nothing was written");
            return interrupt.ExitCode;
        }

        var result = ToyResult.Of(study, Stopwatch.GetElapsedTime(start));
        foreach (var model in result.Models.Where(model => model.Divergence is not null))
        {
            UserErrors.Write($"{model.Title} diverged: {model.Divergence}; a smaller lr, gate or loops may help");
        }

        if (result.Models.All(model => model.Rows.Count == 0))
        {
            Say("No epoch was measured; nothing was written");
        }
        else
        {
            var report = ToyFiles.Write(result, folder);
            Say(result.IsComplete ? $"Report: {report}" : $"Stopped; what was measured stands in {report}");
        }

        return result.IsComplete ? 0
            : interrupt.Token.IsCancellationRequested ? interrupt.ExitCode
            : UserErrors.DivergedExitCode;

        void Say(string line)
        {
            if (!quiet)
            {
                Console.WriteLine(line);
            }
        }
    }

    /// <summary>Runs a study to its end or to the interrupt; null where that came before there was one.</summary>
    private static ToyRun? Measure(ToySettings settings, IBackend backend, bool quiet, Interrupt interrupt)
    {
        ToyRun study;
        try
        {
            // Drawing millions of samples takes seconds; an interrupt need not wait for it.
            study = Task.Run(() => new ToyRun(settings, backend)).WaitAsync(interrupt.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        study.Start();
        ToyProgress.Show(study, quiet, interrupt.Token.WaitHandle);
        if (interrupt.Token.IsCancellationRequested)
        {
            study.Stop();
            study.Wait(StopPatience);
        }

        return study;
    }
}
