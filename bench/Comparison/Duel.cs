namespace Looped.Benchmarks.Comparison;

/// <summary>What one comparison came to.</summary>
/// <param name="Ours">Our seconds, of each sample, ascending.</param>
/// <param name="Theirs">PyTorch's seconds, of each sample, ascending.</param>
/// <param name="Bytes">Managed bytes that one run of ours allocates.</param>
/// <param name="Difference">Of the results, relative, in the Frobenius norm.</param>
/// <param name="Form">How PyTorch computes it.</param>
public sealed record Verdict(double[] Ours, double[] Theirs, long Bytes, double Difference, TorchForm Form)
{
    /// <summary>Our median seconds.</summary>
    public double OurMedian => Ours[Ours.Length / 2];

    /// <summary>PyTorch's median seconds.</summary>
    public double TheirMedian => Theirs[Theirs.Length / 2];
}

/// <summary>
/// Compares a work of ours with PyTorch's: first the results, then times, a sample of each side in turn, so that whatever
/// else the machine does meets both.
/// </summary>
/// <param name="torch">The other side.</param>
/// <param name="folder">Where results are exchanged.</param>
/// <param name="rounds">Samples of each side.</param>
public sealed class Duel(TorchProcess torch, string folder, int rounds)
{
    /// <summary>A sample repeats its work until it takes about so many seconds.</summary>
    private const double SampleSeconds = 0.05;

    /// <summary>The first run compiles our code; those after it fill the caches.</summary>
    private const double WarmUpSeconds = 0.1;

    private const int AllocationRuns = 100;

    /// <summary>Beyond so many seconds a side is sampled less often.</summary>
    private const double LongSeconds = 3;

    /// <summary>Runs the comparison.</summary>
    public Verdict Run(Work work)
    {
        var form = torch.Choose(work.Name);
        var seconds = Timing.WarmUp(work.Run, WarmUpSeconds);
        var difference = torch.Difference(work.Result(), work.Name, folder);
        var ourCount = Timing.Count(seconds, SampleSeconds);
        var theirCount = Timing.Count(form.Seconds, SampleSeconds);
        var samples = Math.Max(seconds, form.Seconds) > LongSeconds ? Math.Min(rounds, 3) : rounds;
        var (ours, theirs) = (new double[samples], new double[samples]);
        for (var i = 0; i < samples; i++)
        {
            ours[i] = Timing.Seconds(work.Run, ourCount);
            theirs[i] = torch.Time(work.Name, theirCount);
        }

        Array.Sort(ours);
        Array.Sort(theirs);
        return new Verdict(ours, theirs, Bytes(work, seconds), difference, form);
    }

    private static long Bytes(Work work, double seconds)
    {
        var runs = seconds < SampleSeconds ? AllocationRuns : 1;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < runs; i++)
        {
            work.Run();
        }

        return (GC.GetTotalAllocatedBytes(precise: true) - before) / runs;
    }
}
