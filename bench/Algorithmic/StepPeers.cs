using System.Globalization;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;

namespace Looped.Benchmarks.Algorithmic;

/// <summary>
/// Training steps on algorithmic tasks against PyTorch: first that losses and updated weights of each paradigm are the same
/// in float64, then what a looped step in float32 costs.
/// </summary>
public static class StepPeers
{
    private const double Tolerance = 1e-9;

    /// <summary>Loops of the steps of each work.</summary>
    private static readonly (string Name, int[] Loops)[] Works =
        [("single", [1, 1]), ("looped", [int.MaxValue, int.MaxValue]), ("shift", [1, int.MaxValue])];

    /// <summary>Runs the comparison.</summary>
    /// <returns>0; 1 where results differ.</returns>
    public static int Run(StepOptions options)
    {
        using var torch = TorchProcess.Start(options.Python, "peers/algorithmic.py", options.Threads, [], out var missing);
        if (torch is null)
        {
            Console.WriteLine($"There is no PyTorch to compare with: {missing}");
            return 0;
        }

        using var team = options.Threads > 1 ? new WorkerTeam(options.Threads) : null;
        var backend = new CpuBackend(team);
        Console.WriteLine($"Ours: {backend.Name}, threads {options.Threads}. Theirs: {torch.Description}.");
        var folder = Directory.CreateTempSubdirectory("looped-peers-").FullName;
        try
        {
            var agree = CompareResults(torch, folder, backend);
            Console.WriteLine(agree
                ? $"Losses and updated weights agree to {Tolerance:0e+0}."
                : "Results differ: see the column 'differ by'.");
            if (options.Rounds > 0)
            {
                CompareTimes(options, torch, folder, backend);
            }

            return agree ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool CompareResults(TorchProcess torch, string folder, IBackend backend)
    {
        Console.WriteLine("Two steps of each paradigm in float64, rows of different lengths, each read at its own loop.");
        var table = new MarkdownTable(Console.Out, ("task", 14), ("paradigm", 8), ("loops", 5), ("differ by", 9));
        var agree = true;
        foreach (var task in AlgorithmicTasks.All)
        {
            var batch = new TaskStream(task, 3, "peers").UpTo(0, 8, 4);
            var model = new Gpt2Settings(16, Math.Min(task.Layers, 2), 4, task.Vocabulary, task.Vocabulary);
            var problem = new StepProblem(model, batch, deviation: 0.1);
            problem.Offer<double>(torch, folder);
            foreach (var (name, loops) in Works)
            {
                torch.Choose(name);
                var difference = torch.LargestDifference(Train(problem, loops, backend), name, folder);
                agree &= difference <= Tolerance;
                table.Add(
                    task.Name,
                    name,
                    string.Join(", ", loops.Select(most => Math.Min(most, batch.Loops.Max()))),
                    Number(difference, "0.0e+0"));
            }
        }

        return agree;
    }

    private static Dictionary<string, double[]> Train(StepProblem problem, int[] loops, IBackend backend)
    {
        var (state, losses) = (problem.State<double>(), new List<double>());
        foreach (var most in loops)
        {
            var model = problem.Model with { Loops = Math.Min(most, problem.Batch.Loops.Max()) };
            using var step = new TrainingStep<double>(
                model, problem.Batch.Count, problem.Batch.RowLength, StepProblem.Rule, backend);
            step.Load(state);
            losses.Add(step.Run(problem.Batch, StepProblem.Rate, losses.Count + 1).Loss);
            step.Store(state);
        }

        return problem.Result(state, losses);
    }

    private static void CompareTimes(StepOptions options, TorchProcess torch, string folder, IBackend backend)
    {
        var task = new Copy();
        var batch = new TaskStream(task, 3, "peers").OfLength(0, options.Batch, options.Length);
        var model = new Gpt2Settings(
            options.Width, task.Layers, options.Heads, task.Vocabulary, task.Vocabulary, Loops: options.Length);
        var problem = new StepProblem(model, batch, deviation: 0.02);
        problem.Offer<float>(torch, folder);
        var before = torch.Peak();
        torch.Choose("step");
        var theirBytes = torch.Peak() - before;
        using var step = new TrainingStep<float>(model, batch.Count, batch.RowLength, StepProblem.Rule, backend);
        step.Load(problem.State<float>());
        var t = 0;
        Action run = () => step.Run(batch, 1e-4, ++t);
        Timing.WarmUp(run, 0);
        var (ours, theirs) = (new double[options.Rounds], new double[options.Rounds]);
        for (var round = 0; round < options.Rounds; round++)
        {
            ours[round] = Timing.Seconds(run, 1);
            theirs[round] = torch.Time("step", 1);
        }

        Console.WriteLine(
            $"A looped step in float32: width {options.Width}, {model.Layers} blocks, {options.Heads} heads, {options.Batch} " +
            $"samples of copying {options.Length} bits, {options.Length} loops, rows of {batch.RowLength}; medians of " +
            $"{options.Rounds} samples in turn.");
        var table = new MarkdownTable(
            Console.Out,
            ("ours s", 7), ("GFLOP/s", 7), ("arena MB", 8), ("PyTorch s", 9), ("GFLOP/s", 7), ("grew by MB", 10),
            ("PyTorch / ours", 14));
        var (our, their) = (Timing.Median(ours), Timing.Median(theirs));
        table.Add(
            Number(our, "0.00"),
            Number(step.Flops / our / 1e9, "0"),
            Number(step.Bytes / 1e6, "0"),
            Number(their, "0.00"),
            Number(step.Flops / their / 1e9, "0"),
            Number(theirBytes / 1e6, "0"),
            Number(Timing.Median([.. theirs.Zip(ours, (theirTime, ourTime) => theirTime / ourTime)]), "0.00"));
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
