using System.Diagnostics;
using System.Globalization;
using Looped.Studies.Algorithmic;
using Spectre.Console;

namespace Looped.Cli;

/// <summary>
/// Shows how far a run on an algorithmic task is: a bar on a terminal, a plain line every few seconds where the output is
/// piped.
/// </summary>
internal static class AlgorithmicProgress
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(3);

    /// <summary>Columns of the bar: with its description and the time left it fits into 80.</summary>
    private const int BarWidth = 12;

    /// <summary>Runs to the end and shows the progress.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static void Show(AlgorithmicRun run, bool quiet, CancellationToken cancellation)
    {
        if (quiet)
        {
            run.Run(_ => { }, cancellation);
        }
        else if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            ShowLines(run, cancellation);
        }
        else
        {
            ShowBar(run, cancellation);
        }
    }

    private static void ShowLines(AlgorithmicRun run, CancellationToken cancellation)
    {
        var (start, first) = (Stopwatch.GetTimestamp(), run.Step);
        var last = (long?)null;
        run.Run(
            progress =>
            {
                if (last is null || Stopwatch.GetElapsedTime(last.Value) >= LineInterval)
                {
                    last = Stopwatch.GetTimestamp();
                    var step = progress.Row.Step.Step;
                    var left = Stopwatch.GetElapsedTime(start) / (step - first) * (progress.Steps - step);
                    Console.WriteLine($"step {step} of {progress.Steps}, {State(progress)}, {Text(left)} left");
                }
            },
            cancellation);
    }

    private static void ShowBar(AlgorithmicRun run, CancellationToken cancellation) => AnsiConsole.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = BarWidth },
            new RemainingTimeColumn())
        .Start(context =>
        {
            var task = context.AddTask("starting", maxValue: run.Steps);
            task.Value = run.Step;
            run.Run(
                progress =>
                {
                    task.Value = progress.Row.Step.Step;
                    task.Description = Description(progress);
                },
                cancellation);
        });

    private static string Description(RunProgress progress)
    {
        var row = progress.Row;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Step.Step}/{progress.Steps} loss {row.Step.Loss:0.000} right {row.Accuracy:0.00} loops {row.Step.Loops} " +
            $"{row.TokensPerSecond:0} tokens/s");
    }

    private static string State(RunProgress progress)
    {
        var row = progress.Row;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"loss {row.Step.Loss:0.0000}, accuracy {row.Accuracy:0.00}, length {row.Step.Longest}, loops {row.Step.Loops}, " +
            $"{row.TokensPerSecond:0} tokens/s");
        return progress is { Inside: { } inside, Outside: { } outside }
            ? string.Create(CultureInfo.InvariantCulture, $"{text}; evaluated {inside.Accuracy:0.00} within, {outside.Accuracy:0.00} beyond")
            : text;
    }

    private static string Text(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00} min");
}
