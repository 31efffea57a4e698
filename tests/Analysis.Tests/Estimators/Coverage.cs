using Looped.Analysis.Estimators;

namespace Looped.Analysis.Tests.Estimators;

/// <summary>How often intervals hold what they claim to hold.</summary>
internal static class Coverage
{
    private const int Repetitions = 200;

    /// <summary>
    /// Requires that 95 % intervals of estimates with so many seeds cover the truth between 88 and 99.5 % of the time: of 200
    /// intervals that cover with probability 0.95, fewer than 176 do once in ten thousand times; all 200, nearly as seldom.
    /// </summary>
    public static void Holds(double truth, Func<ulong, Estimate> estimate)
    {
        var covered = Enumerable.Range(0, Repetitions).Count(seed =>
            estimate((ulong)seed) is var e && e.Low <= truth && truth <= e.High);
        Assert.InRange(covered, 0.88 * Repetitions, 0.995 * Repetitions);
    }
}
