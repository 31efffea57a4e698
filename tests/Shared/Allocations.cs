namespace Looped.Tests;

/// <summary>Counts managed bytes.</summary>
internal static class Allocations
{
    /// <summary>The host still reports earlier tests while the first attempts run.</summary>
    private const int Attempts = 100;

    /// <summary>
    /// Bytes that one run allocates on this thread, once warm. A collection that another thread causes in between ends
    /// this thread's allocation block and counts its unused rest, so the least of many attempts is what the run needs.
    /// </summary>
    public static long OfThread(Action run) => Least(run, GC.GetAllocatedBytesForCurrentThread);

    /// <summary>
    /// Bytes that one run allocates on all threads, once warm. Other threads of the test host can only add to them, so
    /// the least of many attempts counts.
    /// </summary>
    public static long OfProcess(Action run) => Least(run, () => GC.GetTotalAllocatedBytes(precise: true));

    private static long Least(Action run, Func<long> count)
    {
        var least = long.MaxValue;
        for (var attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            run();
            var before = count();
            run();
            least = Math.Min(least, count() - before);
        }

        return least;
    }
}
