using Looped.Studies.Ledger;

namespace Looped.Studies.Statistics;

/// <summary>
/// From intervals to verdicts. A difference is supported if its interval excludes no effect in the claimed direction, an
/// equivalence if the interval lies inside the stated margin; else neither is. Without an interval the verdict depends on
/// more seeds.
/// </summary>
public static class Rules
{
    /// <summary>A claim that something is larger than a bound.</summary>
    public static Verdict Above(Interval interval, double bound = 0) => Judge(interval, interval.Low > bound);

    /// <summary>A claim that something is smaller than a bound.</summary>
    public static Verdict Below(Interval interval, double bound = 0) => Judge(interval, interval.High < bound);

    /// <summary>A claim that something is the same up to a margin: flat, static, equal.</summary>
    public static Verdict Inside(Interval interval, double low, double high) =>
        Judge(interval, interval.Low >= low && interval.High <= high);

    /// <summary>A claim of several parts: supported if all are, not supported if none is; else it depends on the part.</summary>
    public static Verdict All(params IEnumerable<Verdict> parts)
    {
        var found = parts.Distinct().ToList();
        return found is [var same] ? same : Verdict.Depends;
    }

    private static Verdict Judge(Interval interval, bool holds) =>
        !interval.HasEnds ? Verdict.Depends : holds ? Verdict.Supported : Verdict.NotSupported;
}
