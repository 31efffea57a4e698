using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Looped.Benchmarks.Roofline;
using Looped.Models.Attention;
using Perfolizer.Horology;

namespace Looped.Benchmarks;

/// <summary>
/// How benchmarks run: in this process and with few iterations, about a second a case, since there are many cases and
/// their ratios are what matters.
/// </summary>
public static class BriefConfig
{
    /// <summary>Characters of a case's name that are shown.</summary>
    private const int LongestCase = 40;

    /// <summary>The configuration.</summary>
    /// <param name="quick">Whether only the smallest looped model and a few kernels are run, as one table.</param>
    public static IConfig Create(bool quick)
    {
        var limits = new Limits();
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default
                .WithToolchain(InProcessEmitToolchain.Instance)
                .WithWarmupCount(2)
                .WithIterationCount(5)
                .WithIterationTime(TimeInterval.FromMilliseconds(50))
                .WithEvaluateOverhead(false))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(new RooflineColumn(limits, isShare: false), new RooflineColumn(limits, isShare: true))
            .HideColumns(Column.Error, Column.StdDev, Column.RatioSD, Column.Gen0, Column.Gen1, Column.Gen2)
            .HideColumns(Column.AllocRatio, "Job", "IterationCount", "WarmupCount")
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithSummaryStyle(SummaryStyle.Default
                .WithRatioStyle(RatioStyle.Trend)
                .WithMaxParameterColumnWidth(LongestCase))
            .WithOptions(ConfigOptions.DisableLogFile);
        return quick ? config.AddFilter(new SimpleFilter(IsQuick)).WithOptions(ConfigOptions.JoinSummary) : config;
    }

    private static bool IsQuick(BenchmarkCase benchmark) => benchmark.Parameters.Items.All(item => item.Value switch
    {
        int width => width == 8,
        ToyArchitecture architecture => architecture == ToyArchitecture.Looped,
        KernelCase kernel => kernel.IsQuick,
        _ => true,
    });
}
