using System.Diagnostics;
using System.Globalization;
using Looped.Studies.Curvature;
using Spectre.Console;

namespace Looped.Cli;

/// <summary>
/// Shows how far measurements of curvature are: a bar on a terminal, a plain line for each checkpoint where the output is piped.
/// </summary>
internal static class CurvatureProgressView
{
    private const int BarWidth = 12;

    /// <summary>Measures to the end and shows the progress.</summary>
    /// <returns>How many checkpoints were measured.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static int Show(CurvatureStudy study, bool quiet, CancellationToken cancellation)
    {
        if (quiet)
        {
            return study.Measure(_ => { }, UserErrors.Write, cancellation);
        }

        return Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive
            ? ShowLines(study, cancellation)
            : ShowBar(study, cancellation);
    }

    private static int ShowLines(CurvatureStudy study, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        return study.Measure(
            progress =>
            {
                // The last report of a checkpoint comes with a whole number of them.
                if (progress.Done == Math.Floor(progress.Done) && progress.Done > 0)
                {
                    var left = Stopwatch.GetElapsedTime(start) / progress.Done * (progress.Total - progress.Done);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{progress.Done:0} of {progress.Total}: {progress.Run} step {progress.Step}, {progress.Predicted / 1048576.0:0} MiB " +
                        $"predicted, {(int)left.TotalMinutes}:{left.Seconds:00} min left"));
                }
            },
            UserErrors.Write,
            cancellation);
    }

    private static int ShowBar(CurvatureStudy study, CancellationToken cancellation) => AnsiConsole.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = BarWidth },
            new RemainingTimeColumn())
        .Start(context =>
        {
            var task = context.AddTask("starting");
            return study.Measure(
                progress =>
                {
                    (task.MaxValue, task.Value) = (progress.Total, progress.Done);
                    task.Description = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Markup.Escape(progress.Run)} step {progress.Step}, {progress.Predicted / 1048576.0:0} MiB");
                },
                UserErrors.Write,
                cancellation);
        });
}
