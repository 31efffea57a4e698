using Looped.Benchmarks.Comparison;
using Looped.Kernels;
using Looped.Kernels.Cpu;

namespace Looped.Benchmarks.Roofline;

/// <summary>
/// The least time that a kernel can take on this machine: that of its instructions at the peak of multiply-adds, or that of
/// its traffic at the bandwidth of the level of the memory that holds its operands, whichever is longer.
/// </summary>
public sealed class Limit : IDisposable
{
    private readonly KernelCost _cost;
    private readonly MultiplyAddLoop _peak;
    private readonly StreamLoop _stream;
    private readonly string _level;

    /// <summary>The limit of a kernel.</summary>
    /// <param name="cost">What it has to do.</param>
    /// <param name="team">The threads that it may use.</param>
    /// <param name="width">The vectors that it may use.</param>
    /// <param name="caches">The machine's caches.</param>
    public Limit(KernelCost cost, WorkerTeam team, VectorWidth width, Caches caches)
    {
        _cost = cost;
        _peak = MultiplyAddLoop.Create(team, cost.Element, width);
        _stream = new StreamLoop(team, cost.Reads, cost.Writes);
        _level = caches.Level(cost.Bytes, team.Size);
        var (operations, traffic) = (Timing.Median(Repeat(Operations)), Timing.Median(Repeat(_stream.Measure)));
        IsPeak = operations > traffic;

        static double[] Repeat(Func<double> measure) => [.. Enumerable.Range(0, 5).Select(_ => measure())];
    }

    /// <summary>Whether operations bind, not traffic.</summary>
    public bool IsPeak { get; }

    /// <summary>What binds: <c>peak</c>, or the level of the memory.</summary>
    public string Name => IsPeak ? "peak" : _level;

    /// <summary>The least seconds of the kernel, measured now.</summary>
    public double Measure() => IsPeak ? Operations() : _stream.Measure();

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>A multiply-add is one slot and two operations.</summary>
    private double Operations() => 2 * _cost.Slots / _peak.Measure();
}
