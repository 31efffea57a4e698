using System.Diagnostics;

namespace Looped.Benchmarks.Comparison;

/// <summary>Seconds of a run, measured over several in a row.</summary>
public static class Timing
{
    /// <summary>Seconds of one run, the mean of <paramref name="count"/> in a row.</summary>
    public static double Seconds(Action run, int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            run();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / count;
    }

    /// <summary>Runs for some time, so that code is compiled and caches are filled.</summary>
    /// <param name="run">What is run, at least once.</param>
    /// <param name="seconds">For how long.</param>
    /// <returns>Seconds of the fastest run.</returns>
    public static double WarmUp(Action run, double seconds)
    {
        var fastest = double.MaxValue;
        var start = Stopwatch.GetTimestamp();
        do
        {
            fastest = Math.Min(fastest, Seconds(run, 1));
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return fastest;
    }

    /// <summary>How many runs of so many seconds fill a sample.</summary>
    /// <param name="seconds">Seconds of a run.</param>
    /// <param name="sample">Seconds of the sample.</param>
    public static int Count(double seconds, double sample) => (int)Math.Clamp(sample / seconds, 1, 100_000);

    /// <summary>The median; of an even number, the upper one.</summary>
    public static double Median(IReadOnlyCollection<double> samples) => samples.Order().ElementAt(samples.Count / 2);
}
