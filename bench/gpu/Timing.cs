using System.Diagnostics;
using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.GpuBenchmarks;

/// <summary>Times on the device.</summary>
internal static class Timing
{
    private const int Samples = 15;
    private const int SamplesInSmall = 3;

    /// <summary>Microseconds of one run of some work that waits for its end, the median of many.</summary>
    public static double Of(Action run, bool isSmall)
    {
        run();
        run();
        var samples = new double[isSmall ? SamplesInSmall : Samples];
        for (var i = 0; i < samples.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            samples[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(samples);
        return samples[samples.Length / 2];
    }

    /// <summary>Microseconds of one call among many in one graph, so that the graph's launch weighs little.</summary>
    public static double Of(IBackend backend, KernelCall call, IDeviceMemory arena, bool isSmall)
    {
        var repeats = isSmall ? 2 : 50;
        using var sequence = backend.Prepare([.. Enumerable.Repeat(call, repeats)], arena);
        return Of(sequence.Run, isSmall) / repeats;
    }
}
