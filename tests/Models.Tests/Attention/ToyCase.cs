using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Models.Tests.Attention;

/// <summary>A toy model with random contexts, weights of targets and theta.</summary>
internal sealed class ToyCase
{
    private readonly double[] _contexts;
    private readonly double[] _weights;

    public ToyCase(ToyModelSettings settings, int count, int length, ulong seed = 1)
    {
        (Settings, Count, Length) = (settings, count, length);
        var random = new Philox(seed, "toy case");
        _contexts = Draw(count * length * settings.Width, Normal);
        _weights = Draw(count * settings.Symbols, random.NextDouble);
        var total = _weights.Sum();
        _weights = [.. _weights.Select(weight => weight / total)];
        Theta = Draw(Blocks(count).Layout.Size, Normal);

        // The law of embeddings and initialisations: variance 1/d.
        double Normal() => random.NextNormal() / Math.Sqrt(settings.Width);
    }

    public ToyModelSettings Settings { get; }

    public int Count { get; }

    public int Length { get; }

    public double[] Theta { get; }

    public PlainToyModel Plain => new(Settings, Length);

    /// <summary>All contexts as one block.</summary>
    public Objective Whole => Blocks(Count);

    /// <summary>Blocks of contexts; the last is filled up with contexts of ones and weight zero.</summary>
    public Objective Blocks(int size)
    {
        var blocks = new List<DataBlock>();
        for (var start = 0; start < Count; start += size)
        {
            blocks.Add(new DataBlock(new Dictionary<string, double[]>
            {
                [ToyModel.Contexts] = Rows(_contexts, start, size, Length * Settings.Width, filler: 1),
                [ToyModel.Weights] = Rows(_weights, start, size, Settings.Symbols, filler: 0),
            }));
        }

        return new Objective(ToyModel.Loss(Settings, size, Length), blocks);
    }

    public double[] Context(int index) =>
        _contexts[(index * Length * Settings.Width)..((index + 1) * Length * Settings.Width)];

    public double[] Weights(int index) => _weights[(index * Settings.Symbols)..((index + 1) * Settings.Symbols)];

    /// <summary>Logits by the traced program, (N,V).</summary>
    public double[] Logits(double[] theta)
    {
        var objective = Whole;
        using var executable = objective.Loss.Compile(new CpuBackend());
        foreach (var group in objective.Layout.Groups)
        {
            executable.Input(group.Name).Write<double>(theta.AsSpan(group.Offset, group.Size));
        }

        executable.Input(ToyModel.Contexts).Write<double>(_contexts);
        executable.Input(ToyModel.Weights).Write<double>(_weights);
        executable.Execute();
        var logits = new double[Count * Settings.Symbols];
        executable.Output(ToyModel.Logits).Read<double>(logits);
        return logits;
    }

    /// <summary>The loss as the definition has it.</summary>
    public double PlainLoss(double[] theta) => Enumerable.Range(0, Count).Sum(
        n => Weights(n).Zip(Plain.LogProbabilities(theta, Context(n)), (weight, logarithm) => -weight * logarithm).Sum());

    public static (double Value, double[] Gradient) Gradient(Objective objective, double[] theta, int threads = 1)
    {
        using var team = new WorkerTeam(threads);
        using var evaluator = new GradientEvaluator(objective, new CpuBackend(), team);
        var gradient = new double[theta.Length];
        return (evaluator.Evaluate(theta, gradient), gradient);
    }

    public static double[] Hessian(
        Objective objective, double[] theta, int threads = 1, long memoryBudget = 1L << 31)
    {
        using var team = new WorkerTeam(threads);
        using var evaluator = new HessianEvaluator(objective, new CpuBackend(), team, memoryBudget);
        var hessian = new double[theta.Length * theta.Length];
        evaluator.Evaluate(theta, hessian);
        return hessian;
    }

    private static double[] Rows(double[] all, int start, int count, int width, double filler)
    {
        var rows = new double[count * width];
        rows.AsSpan().Fill(filler);
        all.AsSpan(start * width, Math.Min(count * width, all.Length - (start * width))).CopyTo(rows);
        return rows;
    }

    private static double[] Draw(int count, Func<double> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
}
