using System.Numerics;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;

namespace Looped.Benchmarks.Gpt2;

/// <summary>Our side of a work: a compiled program with its inputs written.</summary>
/// <typeparam name="T">The computing type, float or double.</typeparam>
public sealed class Gpt2Work<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Gpt2Derivatives<T> _derivatives;
    private readonly IReadOnlyList<Gpt2Weight> _layout;

    private Gpt2Work(
        string name, int directions, Gpt2Problem problem, Gpt2Derivatives<T> derivatives, IReadOnlyList<double[]> vectors)
    {
        (Name, Directions, _derivatives, _layout) = (name, directions, derivatives, problem.Layout);
        derivatives.WriteData(problem.Tokens, problem.Targets);
        derivatives.WriteWeights([.. problem.Weights.Select(Gpt2Problem.Rounded<T>)]);
        derivatives.WriteDirections([.. vectors.Select(Gpt2Problem.Rounded<T>)]);
        Run = () => _derivatives.Execute();
    }

    /// <summary>The name that both sides know it by.</summary>
    public string Name { get; }

    /// <summary>Directions of one run, over which its cost is shared; 1 for the gradient.</summary>
    public int Directions { get; }

    /// <summary>Counted floating-point operations of one run, a direction.</summary>
    public double Flops => (double)_derivatives.Program.Flops / Directions;

    /// <summary>Bytes of all values of a run.</summary>
    public long Bytes => _derivatives.Bytes;

    /// <summary>Computes it.</summary>
    public Action Run { get; }

    /// <summary>Loss and gradient.</summary>
    public static Gpt2Work<T> Gradient(Gpt2Problem problem, IBackend backend) => new(
        "gradient",
        1,
        problem,
        Gpt2Derivatives<T>.Gradient(problem.Settings, problem.Shape[0], problem.Shape[1], backend),
        []);

    /// <summary>Loss and gradient, one Hessian-vector product, and a batch of them.</summary>
    public static IReadOnlyList<Gpt2Work<T>> Of(Gpt2Problem problem)
    {
        var (settings, n, l) = (problem.Settings, problem.Shape[0], problem.Shape[1]);
        var backend = new CpuBackend();
        return
        [
            Gradient(problem, backend),
            new("hvp", 1, problem, Gpt2Derivatives<T>.Hvp(settings, n, l, backend), problem.FirstVector),
            new(
                "products",
                problem.Directions,
                problem,
                Gpt2Derivatives<T>.Hvp(settings, n, l, backend, problem.Directions),
                problem.Vectors),
        ];
    }

    /// <summary>What the work comes to: a tensor a weight, and the loss.</summary>
    public Dictionary<string, double[]> Result()
    {
        var loss = _derivatives.Execute();
        var result = _layout.Zip(_derivatives.Results())
            .ToDictionary(pair => pair.First.Name, pair => Array.ConvertAll(pair.Second, double.CreateChecked));
        result.Add("loss", [double.CreateChecked(loss)]);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _derivatives.Dispose();
}
