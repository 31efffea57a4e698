using System.CommandLine;
using System.Globalization;
using Looped.Kernels;
using Looped.Models.Training;
using Looped.Studies;
using Looped.Studies.Algorithmic;
using Looped.Studies.Curvature;
using Looped.Studies.PracticalStudy;
using Looped.Studies.Settings;

namespace Looped.Cli;

/// <summary><c>looped run algorithmic</c>: one model trained on one algorithmic task.</summary>
internal static class RunAlgorithmicCommand
{
    public static Command Create()
    {
        var settings = new StudyArguments<AlgorithmicSettings>(AlgorithmicSettings.Options, new AlgorithmicSettings());
        var output = PathOption.Checked(new Option<string?>("--out")
        {
            Description = "folder for the results [default: runs/TASK-PARADIGM-SCALE-SEED]",
            HelpName = "folder",
        });
        var resume = new Option<bool>("--resume")
        {
            Description = "go on with the run in that folder from its newest checkpoint, or begin where there is none",
        };
        var every = new Option<int?>("--curvature-every")
        {
            Description = "steps between measurements of the Hessian, which go to the folder curvature within the run's [default: none]",
            HelpName = "integer",
        };
        var curvature = PathOption.Optional(
            "--curvature-config", "JSON file with settings of these measurements by the names that looped curvature has");
        var quiet = new Option<bool>("--quiet") { Description = "no progress, no closing line" };
        var stopWithInput = new Option<bool>(ChildProcess.StopOption)
        {
            Description = "stop as after Ctrl-C when the standard input ends, as it does with the process that began this one",
        };
        var command = new Command(
            "algorithmic", "Trains a decoder on an algorithmic task: in one pass, in loops, or by SHIFT.");
        settings.AddTo(command);
        command.Add(output);
        command.Add(resume);
        command.Add(every);
        command.Add(curvature);
        command.Add(quiet);
        command.Add(stopWithInput);
        command.Add(DeviceOption.Create());
        command.Add(NumericsOption.Create());
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var chosen = settings.Read(parsed);
            _ = chosen.Plan();
            var measured = Measured(parsed.GetValue(every), parsed.GetValue(curvature), chosen.Threads);
            var path = parsed.GetValue(output) ?? Path.Combine("runs", DefaultName(chosen));
            if (!parsed.GetValue(resume) && (Directory.Exists(path) || File.Exists(path)))
            {
                throw new UserException(
                    $"{path} exists already; --resume goes on with the run in it, --out names another folder");
            }

            using var interrupt = new Interrupt();
            if (parsed.GetValue(stopWithInput))
            {
                interrupt.FollowInput();
            }

            using var team = new WorkerTeam(chosen.Threads);
            var backend = NumericsOption.Backend(parsed, team);
            using var folder = RunFolder.Open(path);
            return Run(chosen, measured, backend, folder, parsed.GetValue(quiet), interrupt);
        }));
        return command;
    }

    private static string DefaultName(AlgorithmicSettings settings) => string.Create(
        CultureInfo.InvariantCulture,
        $"{settings.Task.Name}-{settings.Paradigm}-{settings.Scale}-{settings.Seed}").ToLowerInvariant();

    /// <summary>How curvature is measured; null where it is not.</summary>
    private static CurvatureSettings? Measured(int? every, string? config, int threads)
    {
        if (every is null)
        {
            return config is null ? null : throw new UserException("--curvature-config goes with --curvature-every");
        }

        if (every < 1)
        {
            throw new UserException($"--curvature-every must be at least 1, not '{every}'");
        }

        var settings = new CurvatureSettings();
        settings = config is null ? settings : SettingsFile.Read(config, settings, CurvatureSettings.Options);
        return settings with { Every = every.Value, Threads = threads };
    }

    private static int Run(
        AlgorithmicSettings settings,
        CurvatureSettings? measured,
        IBackend backend,
        RunFolder folder,
        bool quiet,
        Interrupt interrupt)
    {
        CurvatureObserver? observer = null;
        using var run = new AlgorithmicRun(settings, folder, backend, UserErrors.Write)
        {
            Observer = measured is null ? null : (measured.Every, state => observer!.Show(state)),
        };

        // The run has claimed the folder: what is measured may go into it.
        using var measurements = measured is null ? null : new CurvatureFolder(folder.Path, settings, measured);
        using var owned = observer = measurements is null ? null : new CurvatureObserver(measurements);
        try
        {
            AlgorithmicProgress.Show(run, quiet, interrupt.Token);
        }
        catch (OperationCanceledException)
        {
            Say($"Stopped at step {run.Step} of {run.Steps}; the same command with --resume goes on from there");
            return interrupt.ExitCode;
        }
        catch (DivergenceException failure)
        {
            UserErrors.Write($"training diverged: {failure.Message}; a smaller lr or clip may help");
            return UserErrors.DivergedExitCode;
        }

        observer?.Report();
        if (run.ByLength is { } lengths)
        {
            Say("Accuracy by length: " + string.Join(", ", lengths.Select(result => string.Create(
                CultureInfo.InvariantCulture, $"{result.Length}: {result.Result.Accuracy:0.000}"))));
        }

        Say($"Weights: {folder.PathOf(AlgorithmicRun.FinalName)}");
        return 0;

        void Say(string line)
        {
            if (!quiet)
            {
                Console.WriteLine(line);
            }
        }
    }
}
