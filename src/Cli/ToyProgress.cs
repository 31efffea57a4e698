using System.Diagnostics;
using System.Globalization;
using Looped.Studies.Toy;
using Spectre.Console;

namespace Looped.Cli;

/// <summary>
/// Shows how far a toy run is: bars on a terminal, a plain line every few seconds where the output is piped.
/// </summary>
internal static class ToyProgress
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns when the study is done or <paramref name="interrupted"/> is set.</summary>
    public static void Show(ToyRun study, bool quiet, WaitHandle interrupted)
    {
        if (quiet)
        {
            Wait(study, interrupted, BarInterval, () => { });
        }
        else if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            ShowLines(study, interrupted);
        }
        else
        {
            ShowBars(study, interrupted);
        }
    }

    /// <summary>The first line says that it works, as soon as it does.</summary>
    private static void ShowLines(ToyRun study, WaitHandle interrupted)
    {
        var (last, works) = (Stopwatch.GetTimestamp(), false);
        Wait(study, interrupted, BarInterval, () =>
        {
            var starts = !works && study.Runs.All(run => run.Latest is not null);
            if (starts || Stopwatch.GetElapsedTime(last) >= LineInterval)
            {
                (last, works) = (Stopwatch.GetTimestamp(), works || starts);
                Console.WriteLine(string.Join("; ", study.Runs.Select(run => Line(run, study.Settings.Epochs))));
            }
        });
    }

    private static void ShowBars(ToyRun study, WaitHandle interrupted) => AnsiConsole.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn(),
            new RemainingTimeColumn())
        .Start(context =>
        {
            var tasks = study.Runs.Select(run => context.AddTask(run.Name, maxValue: study.Settings.Epochs)).ToList();
            Wait(study, interrupted, BarInterval, () =>
            {
                for (var i = 0; i < tasks.Count; i++)
                {
                    if (study.Runs[i].Latest is { } row)
                    {
                        tasks[i].Value = row.Epoch;
                        tasks[i].Description = $"{study.Runs[i].Name} {row.Epoch}/{study.Settings.Epochs}, {State(row)}";
                    }
                }
            });
        });

    private static void Wait(ToyRun study, WaitHandle interrupted, TimeSpan interval, Action show)
    {
        while (!study.Wait(interval) && !interrupted.WaitOne(0))
        {
            show();
        }

        show();
    }

    private static string Line(ToyModelRun run, int epochs) =>
        $"{run.Name} epoch {run.Latest?.Epoch ?? 0} of {epochs}, {(run.Latest is { } row ? State(row) : "starting")}";

    private static string State(ToyRow row)
    {
        var loss = row.Loss.ToString(row.Loss < 1e4 ? "0.0000" : "0.0e+0", CultureInfo.InvariantCulture);
        return row.Spectrum is { } spectrum
            ? string.Create(CultureInfo.InvariantCulture, $"loss {loss}, entropy {spectrum.Entropy:0.000}")
            : $"loss {loss}";
    }
}
