using System.Globalization;
using Looped.Benchmarks.Comparison;
using Looped.Benchmarks.Roofline;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Benchmarks.KernelPeers;

/// <summary>
/// The comparison of our kernels with NumPy's and PyTorch's and with the limit of the machine: results first, then samples of
/// the limit, of ours and of theirs in turn, so that whatever else the machine does meets all three.
/// </summary>
public static class KernelDuels
{
    /// <summary>A sample repeats its kernel until it takes about so many seconds.</summary>
    private const double SampleSeconds = 0.01;

    private const double WarmUpSeconds = 0.03;

    /// <summary>What results may differ by in either type, relative, in the Frobenius norm.</summary>
    private const double Tolerance64 = 1e-10, Tolerance32 = 1e-3;

    /// <summary>Runs the comparison.</summary>
    /// <returns>0; 1 where results differ.</returns>
    public static int Run(KernelOptions options)
    {
        using var torch = TorchProcess.Start(options.Python, "peers/kernels.py", options.Threads, [], out var missing);
        using var team = new WorkerTeam(options.Threads);
        var backend = new CpuBackend(options.Width, options.Threads > 1 ? team : null);
        Console.WriteLine($"Ours: {backend.Name}, threads {options.Threads}. " + (torch is null
            ? $"There is no NumPy and PyTorch to compare with: {missing}"
            : $"Theirs: {torch.Description}."));
        Console.WriteLine(
            $"Medians of {options.Rounds} samples in turn; 'ratio' is of times, theirs over ours, 'share' that of the limit in " +
            "our time, each the median of as many ratios.");
        var folder = Directory.CreateTempSubdirectory("looped-peers-").FullName;
        var differing = new List<string>();
        try
        {
            foreach (var group in options.Groups)
            {
                Console.WriteLine($"\n{group}\n");
                var table = new MarkdownTable(
                    Console.Out,
                    ("kernel", 32), ("size", 22), ("ours", 14), ("peer", 36), ("ratio", 5), ("limit", 6), ("share", 5));
                foreach (var kernel in PeerCases.Of(group, options.IsQuick))
                {
                    if (!Compare(kernel, backend, team, options, torch, folder, table))
                    {
                        differing.Add($"{Name(kernel)} {kernel.Size}");
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        if (torch is not null)
        {
            Console.WriteLine(differing.Count == 0
                ? $"\nAll results agree to {Tolerance64:0e+0} in float64 and {Tolerance32:0e+0} in float32."
                : $"\nResults differ: {string.Join("; ", differing)}.");
        }

        return differing.Count == 0 ? 0 : 1;
    }

    /// <summary>Adds a case to the table; whether the results agree.</summary>
    private static bool Compare(
        PeerCase kernel, CpuBackend backend, WorkerTeam team, KernelOptions options, TorchProcess? torch, string folder,
        MarkdownTable table)
    {
        using var ours = new OurKernel(kernel, backend, folder);
        var result = ours.Result();
        torch?.Load(folder, ours.Inputs);
        var form = torch?.Choose(kernel.Work);
        var difference = torch?.Difference(result, kernel.Work, folder) ?? 0;
        var ourCount = Timing.Count(Timing.WarmUp(ours.Run, WarmUpSeconds), SampleSeconds);
        var theirCount = Timing.Count(form?.Seconds ?? 1, SampleSeconds);
        using var limit = new Limit(ours.Cost, team, options.Width, Caches.OfThisMachine());
        var (least, our, their) = (new double[options.Rounds], new double[options.Rounds], new double[options.Rounds]);
        for (var round = 0; round < options.Rounds; round++)
        {
            least[round] = limit.Measure();
            our[round] = Timing.Seconds(ours.Run, ourCount);
            their[round] = torch?.Time(kernel.Work, theirCount) ?? double.NaN;
        }

        table.Add(
            Name(kernel),
            kernel.Size,
            Rate(Timing.Median(our)),
            form is null ? "-" : $"{Rate(Timing.Median(their))} ({form.Name})",
            form is null ? "-" : Number(Ratio(their, our)),
            limit.Name,
            Number(Ratio(least, our)));
        return difference <= (kernel.Element == ElementType.Float32 ? Tolerance32 : Tolerance64);

        string Rate(double seconds) => kernel.IsArithmetic
            ? $"{Number(ours.Cost.Flops / seconds / 1e9, "0.0")} GFLOP/s"
            : $"{Number(ours.Cost.Bytes / seconds / 1e9, "0.0")} GB/s";
    }

    private static string Name(PeerCase kernel) => $"{kernel.Kernel}, {kernel.Element.ShortName()}";

    private static double Ratio(double[] numerators, double[] denominators) =>
        Timing.Median([.. numerators.Zip(denominators, (numerator, denominator) => numerator / denominator)]);

    private static string Number(double value, string format = "0.00") =>
        value.ToString(format, CultureInfo.InvariantCulture);
}
