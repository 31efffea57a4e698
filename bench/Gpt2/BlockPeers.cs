using System.Globalization;
using System.Numerics;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;

namespace Looped.Benchmarks.Gpt2;

/// <summary>
/// One decoder block at a size that is trained, forward and backward, against PyTorch on as many threads: width 256, 8 heads,
/// 64 sequences of 64 tokens, the mean cross-entropy of a small vocabulary as loss.
/// </summary>
public static class BlockPeers
{
    private const int Width = 256, Heads = 8, Sequences = 64, Length = 64;

    private const double WarmUpSeconds = 0.5;

    /// <summary>What loss and gradients may differ by in either type, relative to a tensor's largest element.</summary>
    private const double Tolerance64 = 1e-10, Tolerance32 = 1e-3;

    /// <summary>Runs the comparison.</summary>
    /// <returns>0; 1 where results differ.</returns>
    public static int Run(BlockOptions options)
    {
        using var torch = TorchProcess.Start(options.Python, "peers/gpt2.py", options.Threads, [], out var missing);
        if (torch is null)
        {
            Console.WriteLine($"There is no PyTorch to compare with: {missing}");
            return 0;
        }

        using var team = options.Threads > 1 ? new WorkerTeam(options.Threads) : null;
        var backend = new CpuBackend(team);
        Console.WriteLine($"Ours: {backend.Name}, threads {options.Threads}. Theirs: {torch.Description}.");
        Console.WriteLine(
            $"A block of width {Width} with {Heads} heads on {Sequences} sequences of {Length} tokens, loss and gradient; " +
            $"medians of {options.Rounds} samples in turn, 'PyTorch / ours' of as many ratios.");
        var table = new MarkdownTable(
            Console.Out,
            ("element", 7), ("threads", 7), ("ours ms", 8), ("GFLOP/s", 7), ("PyTorch ms", 10), ("PyTorch / ours", 5),
            ("differ by", 9));
        var problem = new Gpt2Problem(
            new Gpt2Settings(Width, 1, Heads, Gpt2Problem.Symbols, Gpt2Problem.Symbols), Sequences, Length, directions: 1);
        var folder = Directory.CreateTempSubdirectory("looped-peers-").FullName;
        try
        {
            var agree = Compare<float>("float32", Tolerance32) & Compare<double>("float64", Tolerance64);
            Console.WriteLine(agree
                ? $"Loss and gradients agree to {Tolerance32:0e+0} and {Tolerance64:0e+0}."
                : "Results differ: see the column 'differ by'.");
            return agree ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        bool Compare<T>(string element, double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            problem.Offer<T>(torch, folder);
            using var work = Gpt2Work<T>.Gradient(problem, backend);
            torch.Choose(work.Name);
            var difference = torch.LargestDifference(work.Result(), work.Name, folder);
            Timing.WarmUp(work.Run, WarmUpSeconds);
            var (ours, theirs) = (new double[options.Rounds], new double[options.Rounds]);
            for (var round = 0; round < options.Rounds; round++)
            {
                ours[round] = Timing.Seconds(work.Run, 1);
                theirs[round] = torch.Time(work.Name, 1);
            }

            var median = Timing.Median(ours);
            table.Add(
                element,
                $"{options.Threads}",
                Number(median * 1e3, "0.0"),
                Number(work.Flops / median / 1e9, "0.0"),
                Number(Timing.Median(theirs) * 1e3, "0.0"),
                Number(Timing.Median([.. theirs.Zip(ours, (their, our) => their / our)]), "0.00"),
                Number(difference, "0.0e+0"));
            return difference <= tolerance;
        }
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
