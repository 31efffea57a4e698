using Looped.Benchmarks.Comparison;

namespace Looped.Benchmarks.Eigen;

/// <summary>Times two works of this process in turn.</summary>
internal static class Turns
{
    // A sample repeats its work until it takes about so many seconds, and so long both are run before.
    private const double SampleSeconds = 0.05;

    /// <summary>Samples of each side.</summary>
    /// <returns>Seconds of each side, ascending.</returns>
    public static (double[] Ours, double[] Theirs) Time(Action ours, Action theirs, int rounds)
    {
        var ourCount = Timing.Count(Timing.WarmUp(ours, SampleSeconds), SampleSeconds);
        var theirCount = Timing.Count(Timing.WarmUp(theirs, SampleSeconds), SampleSeconds);
        var (our, their) = (new double[rounds], new double[rounds]);
        for (var i = 0; i < rounds; i++)
        {
            our[i] = Timing.Seconds(ours, ourCount);
            their[i] = Timing.Seconds(theirs, theirCount);
        }

        Array.Sort(our);
        Array.Sort(their);
        return (our, their);
    }
}
