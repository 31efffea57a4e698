using System.Diagnostics;
using System.Globalization;
using Looped.Studies.ToyStudy;
using Spectre.Console;

namespace Looped.Cli;

/// <summary>Shows how far a study is: a bar on a terminal, a plain line every few seconds where the output is piped.</summary>
internal static class ToyStudyProgress
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when the study is done or <paramref name="interrupted"/> is set.</summary>
    public static void Show(ToyStudyRun study, bool quiet, WaitHandle interrupted)
    {
        if (quiet)
        {
            Wait(study, interrupted, () => { });
        }
        else if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            var last = Stopwatch.GetTimestamp();
            Console.WriteLine(State(study));
            Wait(study, interrupted, () =>
            {
                if (Stopwatch.GetElapsedTime(last) >= LineInterval)
                {
                    last = Stopwatch.GetTimestamp();
                    Console.WriteLine(State(study));
                }
            });
        }
        else
        {
            AnsiConsole.Progress()
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn(),
                    new RemainingTimeColumn())
                .Start(context =>
                {
                    var task = context.AddTask(State(study), maxValue: study.Measurements.Count);
                    Wait(study, interrupted, () =>
                    {
                        task.Value = study.Measurements.Sum(measurement => measurement.Progress);
                        task.Description = State(study);
                    });
                });
        }
    }

    private static void Wait(ToyStudyRun study, WaitHandle interrupted, Action show)
    {
        while (!study.Wait(BarInterval) && !interrupted.WaitOne(0))
        {
            show();
        }

        show();
    }

    private static string State(ToyStudyRun study)
    {
        var under = study.Measurements
            .Where(measurement => measurement.Result is null && measurement.Progress > 0)
            .Select(measurement => string.Create(
                CultureInfo.InvariantCulture,
                $"{Name(measurement.Cell)} {100 * measurement.Progress:0} %"));
        var done = study.Measurements.Count(measurement => measurement.Result is not null);
        return $"{done} of {study.Measurements.Count} runs done" +
            (study.LoadedCount > 0 ? $" ({study.LoadedCount} read back)" : string.Empty) +
            string.Concat(under.Select(text => ", " + text));
    }

    private static string Name(StudyCell cell) => string.Create(
        CultureInfo.InvariantCulture,
        $"{cell.World.Name} seed {cell.Settings.Seed}{(cell.Variation == Variation.None ? string.Empty : " " + cell.Variation.Name)}");
}
