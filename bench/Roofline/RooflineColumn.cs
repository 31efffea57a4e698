using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;

namespace Looped.Benchmarks.Roofline;

/// <summary>The limits of the benchmarks of kernels, each measured once.</summary>
public sealed class Limits
{
    private const int Rounds = 11;

    private readonly Caches _caches = Caches.OfThisMachine();
    private readonly Dictionary<KernelCase, (string Name, double Seconds)> _known = [];

    /// <summary>What binds a kernel on one thread, and the least seconds that it can take.</summary>
    public (string Name, double Seconds) Of(KernelCase kernel)
    {
        if (!_known.TryGetValue(kernel, out var known))
        {
            using var team = new WorkerTeam(1);
            using var limit = new Limit(KernelCost.Of(kernel.Make(new OperandPlan())), team, Widest.Vectors, _caches);
            known = (limit.Name, Timing.Median([.. Enumerable.Range(0, Rounds).Select(_ => limit.Measure())]));
            _known.Add(kernel, known);
        }

        return known;
    }
}

/// <summary>A column of the benchmarks of CPU kernels: what binds each, or its share of that limit.</summary>
/// <param name="limits">The limits.</param>
/// <param name="isShare">Whether it is the share.</param>
public sealed class RooflineColumn(Limits limits, bool isShare) : IColumn
{
    /// <inheritdoc/>
    public string Id => ColumnName;

    /// <inheritdoc/>
    public string ColumnName => isShare ? "Share" : "Limit";

    /// <inheritdoc/>
    public bool AlwaysShow => true;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Custom;

    /// <inheritdoc/>
    public int PriorityInCategory => isShare ? 1 : 0;

    /// <inheritdoc/>
    public bool IsNumeric => isShare;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public string Legend => isShare
        ? "Least time by the limit over the measured mean"
        : "What binds: the multiply-add peak, or the level of the memory that holds the operands";

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => Kernel(benchmark) is not null);

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        if (Kernel(benchmarkCase) is not { } kernel || summary[benchmarkCase]?.ResultStatistics is not { } statistics)
        {
            return "-";
        }

        var (name, seconds) = limits.Of(kernel);
        return isShare
            ? (seconds * 1e9 / statistics.Mean).ToString("0.00", CultureInfo.InvariantCulture)
            : name;
    }

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        GetValue(summary, benchmarkCase);

    /// <summary>The kernel that a benchmark times on the CPU backend; null for others and for the reference.</summary>
    private static KernelCase? Kernel(BenchmarkCase benchmark) =>
        benchmark.Descriptor.WorkloadMethod.Name == nameof(KernelBenchmarks.Cpu)
            ? benchmark.Parameters.Items.Select(item => item.Value).OfType<KernelCase>().FirstOrDefault()
            : null;
}
