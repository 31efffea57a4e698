using System.Globalization;
using Looped.Autodiff;
using Looped.Benchmarks.Comparison;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;

namespace Looped.Benchmarks.Gpt2;

/// <summary>
/// The comparison of our looped decoder with PyTorch's: first that logits, loss, gradient and Hessian-vector products are
/// the same, then what they cost, in times of our own and of PyTorch's gradient. Both sides use one thread.
/// </summary>
public static class Gpt2Peers
{
    private const int Threads = 1;

    private const int Heads = 4;

    /// <summary>A sample repeats its work until it takes about so many seconds.</summary>
    private const double SampleSeconds = 0.1;

    /// <summary>Our code is compiled in stages while it runs; this long is enough for the last.</summary>
    private const double WarmUpSeconds = 0.5;

    /// <summary>What logits, loss and gradients may differ by, and Hessian-vector products.</summary>
    private const double FirstOrder = 1e-10, SecondOrder = 1e-8;

    /// <summary>Runs the comparison.</summary>
    /// <returns>0; 1 where results differ.</returns>
    public static int Run(Gpt2Options options)
    {
        using var torch = TorchProcess.Start(options.Python, "peers/gpt2.py", Threads, [], out var missing);
        if (torch is null)
        {
            Console.WriteLine($"There is no PyTorch to compare with: {missing}");
            return 0;
        }

        Console.WriteLine($"Ours: {new CpuBackend().Name}, {Threads} thread. Theirs: {torch.Description}.");
        Console.WriteLine(
            $"{options.Sequences} sequences of {options.Length} tokens, float64. Times of 'products' are of one direction of " +
            $"{options.Directions}; 'gradients' is a time, and 'counted' a number of floating-point operations, over the " +
            "gradient's.");
        var table = new MarkdownTable(
            Console.Out,
            ("width", 3), ("layers", 1), ("loops", 1), ("P", 6), ("work", 8), ("ours ms", 8), ("gradients", 5), ("counted", 5),
            ("GFLOP/s", 5), ("arena MB", 6), ("PyTorch ms", 8), ("gradients", 5), ("PyTorch / ours", 5), ("differ by", 7),
            ("PyTorch's fastest form", 1));
        var agree = true;
        var folder = Directory.CreateTempSubdirectory("looped-peers-").FullName;
        try
        {
            foreach (var width in options.Widths)
            {
                foreach (var layers in options.Layers)
                {
                    foreach (var loops in options.Loops)
                    {
                        var settings = new Gpt2Settings(
                            width, layers, Heads, Gpt2Problem.Symbols, Gpt2Problem.Symbols, loops);
                        var problem = new Gpt2Problem(settings, options.Sequences, options.Length, options.Directions);
                        problem.Offer<double>(torch, folder);
                        agree &= Compare(problem, torch, folder, options.Rounds, table);
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine(agree
            ? $"Logits, loss and every gradient agree to {FirstOrder:0e+0}, Hessian-vector products to {SecondOrder:0e+0}."
            : "Results differ: see the column 'differ by'.");
        return agree ? 0 : 1;
    }

    private static bool Compare(Gpt2Problem problem, TorchProcess torch, string folder, int rounds, MarkdownTable table)
    {
        torch.Choose("logits");
        var logits = torch.LargestDifference(new() { ["logits"] = Logits(problem) }, "logits", folder);
        var works = Gpt2Work<double>.Of(problem);
        var forms = works.Select(work => torch.Choose(work.Name)).ToList();
        var differences = works.Select(work => torch.LargestDifference(work.Result(), work.Name, folder)).ToList();
        var (ours, theirs) = Times(works, forms, torch, rounds);
        for (var i = 0; i < works.Count; i++)
        {
            table.Add(
                $"{problem.Settings.Width}",
                $"{problem.Settings.Layers}",
                $"{problem.Settings.Loops}",
                $"{problem.Weights.Sum(weight => weight.Length)}",
                works[i].Name,
                Number(ours[i] * 1e3, "0.000"),
                Number(ours[i] / ours[0], "0.00"),
                Number(works[i].Flops / works[0].Flops, "0.00"),
                Number(works[i].Flops / ours[i] / 1e9, "0.0"),
                Number(works[i].Bytes / 1e6, "0.0"),
                Number(theirs[i] * 1e3, "0.000"),
                Number(theirs[i] / theirs[0], "0.00"),
                Number(theirs[i] / ours[i], "0.00"),
                Number(i == 0 ? Math.Max(logits, differences[i]) : differences[i], "0.0e+0"),
                forms[i].Name);
            works[i].Dispose();
        }

        return Math.Max(logits, differences[0]) <= FirstOrder && differences.Skip(1).Max() <= SecondOrder;
    }

    /// <summary>Median seconds of each work, a direction; samples of all works of both sides are taken in turn.</summary>
    private static (double[] Ours, double[] Theirs) Times(
        IReadOnlyList<Gpt2Work<double>> works, List<TorchForm> forms, TorchProcess torch, int rounds)
    {
        var counts = works.Select(work => Count(Timing.WarmUp(work.Run, WarmUpSeconds))).ToArray();
        var (ours, theirs) = (works.Select(_ => new double[rounds]).ToArray(), works.Select(_ => new double[rounds]).ToArray());
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < works.Count; i++)
            {
                ours[i][round] = Timing.Seconds(works[i].Run, counts[i]) / works[i].Directions;
                theirs[i][round] = torch.Time(works[i].Name, Count(forms[i].Seconds)) / works[i].Directions;
            }
        }

        return (Array.ConvertAll(ours, Timing.Median), Array.ConvertAll(theirs, Timing.Median));

        static int Count(double seconds) => Timing.Count(seconds, SampleSeconds);
    }

    private static double[] Logits(Gpt2Problem problem)
    {
        var loss = Gpt2Model.Loss(problem.Settings, problem.Shape[0], problem.Shape[1]);
        var output = loss.Output(Gpt2Model.Logits);
        using var run = new Autodiff.Program(loss.Inputs, [output]).Compile(new CpuBackend());
        run.Input(Gpt2Model.Tokens).Write<int>(problem.Tokens);
        foreach (var (weight, values) in problem.Layout.Zip(problem.Weights))
        {
            run.Input(weight.Name).Write<double>(values);
        }

        run.Execute();
        var logits = new double[output.Type.Shape.Size];
        run.Output(Gpt2Model.Logits).Read<double>(logits);
        return logits;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
