using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Benchmarks.Comparison;

/// <summary>The comparison of our toy models with PyTorch's, as a table on the console.</summary>
public static class Peers
{
    private const int Threads = 2;

    /// <summary>Samples of a block, for gradients and single Hessian-vector products.</summary>
    private const int GradientBlock = 250;

    /// <summary>Samples of a block for Hessians, whose tangents carry many directions.</summary>
    private const int HessianBlock = 50;

    /// <summary>Runs the comparison.</summary>
    /// <returns>0; 1 where results differ.</returns>
    public static int Run(PeerOptions options)
    {
        using var torch = TorchProcess.Start(
            options.Python, "peers/toy.py", Threads, [options.Patience, options.IsPlain ? 1 : 0], out var missing);
        if (torch is null)
        {
            Console.WriteLine($"There is no PyTorch to compare with: {missing}");
            return 0;
        }

        Console.WriteLine($"Ours: {new CpuBackend().Name}, {Threads} threads. Theirs: {torch.Description}.");
        using var team = new WorkerTeam(Threads);
        var table = new PeerTable(Console.Out);
        var folder = Directory.CreateTempSubdirectory("looped-peers-").FullName;
        try
        {
            foreach (var width in options.Widths)
            {
                foreach (var architecture in Enum.GetValues<ToyArchitecture>())
                {
                    var problem = new ToyProblem(architecture, width, options.Samples);
                    using var ours = new OurWorks(problem, team);
                    table.Begin(problem);
                    var duel = new Duel(torch, folder, options.Rounds);
                    Offer(torch, folder, problem, [problem.DistinctContexts()], "weights");
                    foreach (var work in DistinctWorks(problem, ours, folder))
                    {
                        table.Add("contexts", work.Name, duel.Run(work));
                    }

                    Offer(torch, folder, problem, problem.SampleBlocks(options.Samples), "targets");
                    foreach (var work in SampleWorks(problem, ours))
                    {
                        table.Add("samples", work.Name, duel.Run(work));
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return table.Finish();
    }

    private static IEnumerable<Work> DistinctWorks(ToyProblem problem, OurWorks ours, string folder)
    {
        var objective = problem.Objective(problem.DistinctContexts());
        yield return ours.Step(objective);
        yield return ours.Gradient(objective);
        yield return ours.Hvp(objective, problem.Direction(0));
        var hessian = ours.Hessian(objective);
        yield return hessian;

        // Both sides take the spectrum of one matrix.
        var matrix = hessian.Result();
        Npy.Write<double>(
            Path.Combine(folder, "hessian.npy"), new Shape(problem.Theta.Length, problem.Theta.Length), matrix);
        yield return ours.Eigenvalues(matrix);
        yield return ours.Eigenvectors(matrix);
    }

    private static IEnumerable<Work> SampleWorks(ToyProblem problem, OurWorks ours)
    {
        var objective = problem.Objective(problem.SampleBlocks(GradientBlock));
        yield return ours.Step(objective);
        yield return ours.Gradient(objective);
        yield return ours.Hvp(objective, problem.Direction(0));
        yield return ours.Hessian(problem.Objective(problem.SampleBlocks(HessianBlock)));
    }

    /// <summary>Hands a problem over; its labels are weights of each context's targets or one target a sample.</summary>
    private static void Offer(
        TorchProcess torch, string folder, ToyProblem problem, IReadOnlyList<DataBlock> data, string labels)
    {
        var contexts = data[0].Values[ToyModel.Contexts];
        var weights = data[0].Values[ToyModel.Weights];
        var count = weights.Length / ToyProblem.Symbols;
        Write("theta", new Shape(problem.Theta.Length), problem.Theta);
        Write("vector", new Shape(problem.Theta.Length), problem.Direction(0));
        Write("contexts", new Shape(count, ToyProblem.Length, problem.Settings.Width), contexts);
        Write("weights", new Shape(count, ToyProblem.Symbols), weights);
        Npy.Write(
            Path.Combine(folder, "targets.npy"),
            new Shape(problem.Samples),
            [.. problem.Targets.ToArray().Select(target => (long)target)]);
        torch.Load(folder, $"{problem.Settings.Architecture}", labels);

        void Write(string name, Shape shape, double[] values) =>
            Npy.Write<double>(Path.Combine(folder, $"{name}.npy"), shape, values);
    }
}
