using System.Diagnostics;
using Spectre.Console;

namespace Looped.Cli;

/// <summary>Shows how far a study is: a bar on a terminal, a plain line every few seconds where the output is piped.</summary>
internal static class StudyProgress
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when the study is done or <paramref name="interrupted"/> is set.</summary>
    /// <param name="wait">Waits so long for the study; whether it is done.</param>
    /// <param name="state">The state in words.</param>
    /// <param name="done">Runs that are done, with the parts of those under way.</param>
    /// <param name="runs">Runs in all.</param>
    /// <param name="quiet">Shows nothing.</param>
    /// <param name="interrupted">Ends the show.</param>
    public static void Show(
        Func<TimeSpan, bool> wait, Func<string> state, Func<double> done, int runs, bool quiet, WaitHandle interrupted)
    {
        if (quiet)
        {
            Wait(() => { });
        }
        else if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            var last = Stopwatch.GetTimestamp();
            Console.WriteLine(state());
            Wait(() =>
            {
                if (Stopwatch.GetElapsedTime(last) >= LineInterval)
                {
                    last = Stopwatch.GetTimestamp();
                    Console.WriteLine(state());
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
                    var task = context.AddTask(state(), maxValue: runs);
                    Wait(() =>
                    {
                        task.Value = done();
                        task.Description = state();
                    });
                });
        }

        void Wait(Action show)
        {
            while (!wait(BarInterval) && !interrupted.WaitOne(0))
            {
                show();
            }

            show();
        }
    }
}
