using System.Diagnostics;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;

namespace Looped.Benchmarks.Gpt2;

/// <summary>Our side of a work: a compiled program with its inputs written.</summary>
public sealed class Gpt2Work : IDisposable
{
    private readonly Gpt2Derivatives<double> _derivatives;
    private readonly IReadOnlyList<Gpt2Weight> _layout;

    private Gpt2Work(
        string name, int directions, Gpt2Problem problem, Gpt2Derivatives<double> derivatives, IReadOnlyList<double[]> vectors)
    {
        (Name, Directions, _derivatives, _layout) = (name, directions, derivatives, problem.Layout);
        derivatives.WriteData(problem.Tokens, problem.Targets);
        derivatives.WriteWeights(problem.Weights);
        derivatives.WriteDirections(vectors);
    }

    /// <summary>The name that both sides know it by.</summary>
    public string Name { get; }

    /// <summary>Directions of one run, over which its cost is shared; 1 for the gradient.</summary>
    public int Directions { get; }

    /// <summary>Counted floating-point operations of one run, a direction.</summary>
    public double Flops => (double)_derivatives.Program.Flops / Directions;

    /// <summary>Bytes of all values of a run.</summary>
    public long Bytes => _derivatives.Bytes;

    /// <summary>Loss and gradient, one Hessian-vector product, and a batch of them.</summary>
    public static IReadOnlyList<Gpt2Work> Of(Gpt2Problem problem)
    {
        var (settings, n, l) = (problem.Settings, problem.Shape[0], problem.Shape[1]);
        var backend = new CpuBackend();
        return
        [
            new("gradient", 1, problem, Gpt2Derivatives<double>.Gradient(settings, n, l, backend), []),
            new("hvp", 1, problem, Gpt2Derivatives<double>.Hvp(settings, n, l, backend), problem.FirstVector),
            new(
                "products",
                problem.Directions,
                problem,
                Gpt2Derivatives<double>.Hvp(settings, n, l, backend, problem.Directions),
                problem.Vectors),
        ];
    }

    /// <summary>What the work comes to: a tensor a weight, and the loss.</summary>
    public Dictionary<string, double[]> Result()
    {
        var loss = _derivatives.Execute();
        var result = _layout.Zip(_derivatives.Results()).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        result.Add("loss", [loss]);
        return result;
    }

    /// <summary>Seconds of one run, the mean of <paramref name="count"/> in a row.</summary>
    public double Time(int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            _derivatives.Execute();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / count;
    }

    /// <inheritdoc/>
    public void Dispose() => _derivatives.Dispose();
}
