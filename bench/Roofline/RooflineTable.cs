using System.Globalization;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Benchmarks.Roofline;

/// <summary>What this machine does at best, as two tables: operations and bandwidths, on one thread and on all.</summary>
public static class RooflineTable
{
    private const int Rounds = 11;

    /// <summary>Measures and prints.</summary>
    public static void Run()
    {
        using var one = new WorkerTeam(1);
        using var all = new WorkerTeam(Environment.ProcessorCount);
        WorkerTeam[] teams = [one, all];
        Console.WriteLine($"Multiply-adds in registers, GFLOP/s: medians of {Rounds}, measured in turn.");
        PrintPeaks(teams);
        Console.WriteLine();
        Console.WriteLine($"Bandwidth, GB/s (a copy counts both ways): medians of {Rounds}, measured in turn.");
        PrintBandwidths(teams, Caches.OfThisMachine());
    }

    private static void PrintPeaks(WorkerTeam[] teams)
    {
        var table = new MarkdownTable(
            Console.Out, ("element", 7), ("vectors", 8), ("threads 1", 9), ($"threads {teams[1].Size}", 9));
        foreach (var element in (ElementType[])[ElementType.Float64, ElementType.Float32])
        {
            foreach (var width in (VectorWidth[])[VectorWidth.Bits512, VectorWidth.Bits256])
            {
                MultiplyAddLoop[] loops = [.. teams.Select(team => MultiplyAddLoop.Create(team, element, width))];
                var rates = InTurn([.. loops.Select<MultiplyAddLoop, Func<double>>(loop => loop.Measure)]);
                table.Add(
                    $"{element}", width == VectorWidth.Bits512 ? "512 bits" : "256 bits", Number(rates[0]), Number(rates[1]));
            }
        }
    }

    private static void PrintBandwidths(WorkerTeam[] teams, Caches caches)
    {
        string[] kinds = ["read", "write", "copy"];
        var table = new MarkdownTable(
            Console.Out,
            [
                ("operands", 8), ("KB a thread", 11),
                .. teams.SelectMany(team => kinds.Select(kind => ($"{kind}, threads {team.Size}", 8))),
            ]);
        foreach (var (name, bytes) in ((string, long)[])
            [("L1", caches.L1 / 2), ("L2", caches.L2 / 2), ("L3", caches.L3 / 4), ("memory", caches.Beyond)])
        {
            StreamLoop[] loops = [.. teams.SelectMany(team => Loops(team, bytes * team.Size))];
            try
            {
                var rates = InTurn([.. loops.Select<StreamLoop, Func<double>>(
                    (loop, i) => () => bytes * teams[i / kinds.Length].Size / loop.Measure())]);
                table.Add([name, $"{bytes / 1024}", .. rates.Select(Number)]);
            }
            finally
            {
                Array.ForEach(loops, loop => loop.Dispose());
            }
        }

        static IEnumerable<StreamLoop> Loops(WorkerTeam team, long bytes) =>
            [new(team, bytes, 0), new(team, 0, bytes), new(team, bytes / 2, bytes / 2)];
    }

    /// <summary>The median of each measurement.</summary>
    private static double[] InTurn(Func<double>[] measures)
    {
        var samples = measures.Select(_ => new double[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < measures.Length; i++)
            {
                samples[i][round] = measures[i]();
            }
        }

        return [.. samples.Select(Timing.Median)];
    }

    private static string Number(double rate) => (rate / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
