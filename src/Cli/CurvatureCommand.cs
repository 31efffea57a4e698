using System.CommandLine;
using System.Globalization;
using Looped.Studies.Curvature;
using Looped.Studies.Ledger;

namespace Looped.Cli;

/// <summary><c>looped curvature --run FOLDER</c>: the Hessian's spectrum at the checkpoints of practical runs.</summary>
internal static class CurvatureCommand
{
    public static Command Create()
    {
        var runs = PathOption.Checked(new Option<string[]>("--run")
        {
            Description = "folder of a run on an algorithmic task; several are compared",
            HelpName = "folder",
            Required = true,
        });
        var settings = new StudyArguments<CurvatureSettings>(CurvatureSettings.Options, new CurvatureSettings());
        var output = PathOption.Checked(new Option<string?>("--out")
        {
            Description = "folder for report and ledger [default: RUN/curvature of one run, runs/curvature of several]",
            HelpName = "folder",
        });
        var quiet = new Option<bool>("--quiet") { Description = "no progress, no closing lines" };
        var command = new Command(
            "curvature",
            "Measures the Hessian at a run's checkpoints: density, entropy, traces, top eigenpairs. What is measured is not measured again.")
        {
            runs,
        };
        settings.AddTo(command);
        command.Add(output);
        command.Add(quiet);
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            string[] paths = [.. parsed.GetValue(runs)!.Select(path => Path.TrimEndingDirectorySeparator(path)).Distinct()];
            using var interrupt = new Interrupt();
            using var study = new CurvatureStudy(paths, settings.Read(parsed));
            var isQuiet = parsed.GetValue(quiet);
            int measured;
            try
            {
                measured = CurvatureProgressView.Show(study, isQuiet, interrupt.Token);
            }
            catch (OperationCanceledException)
            {
                Say("Stopped; the same command goes on with the checkpoints that are left");
                return interrupt.ExitCode;
            }

            var folder = parsed.GetValue(output) ?? (paths.Length == 1 ? study.Runs[0].Path : Path.Combine("runs", CurvatureFolder.Name));
            Directory.CreateDirectory(folder);
            var rows = study.Write(folder);
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"Measured: {measured}, known before: {study.Runs.Sum(run => run.Records.Count) - measured}"));
            foreach (var row in rows)
            {
                Say($"{row.Id}: {row.Verdict.InWords()}");
            }

            Say($"Report: {Path.Combine(folder, CurvatureStudy.ReportName)}");
            return 0;

            void Say(string line)
            {
                if (!isQuiet)
                {
                    Console.WriteLine(line);
                }
            }
        }));
        return command;
    }
}
