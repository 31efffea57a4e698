using BenchmarkDotNet.Attributes;
using Looped.Analysis;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;

namespace Looped.Benchmarks;

/// <summary>The spectrum of the looped toy model's Hessian. Few iterations: the largest takes seconds.</summary>
[WarmupCount(1)]
[IterationCount(3)]
public class SpectrumBenchmarks
{
    private double[] _hessian = [];
    private double[] _values = [];
    private double[] _vectors = [];
    private SymmetricEigensolver? _solver;

    /// <summary>The width.</summary>
    [Params(8, 16, 32)]
    public int D { get; set; }

    /// <summary>Evaluates the Hessian.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var problem = new ToyProblem(ToyArchitecture.Looped, D, samples: 10_000);
        using var team = new WorkerTeam(1);
        using var evaluator = new HessianEvaluator(
            problem.Objective(problem.DistinctContexts()), new CpuBackend(), team);
        var size = problem.Theta.Length;
        _hessian = new double[size * size];
        evaluator.Evaluate(problem.Theta, _hessian);
        _values = new double[size];
        _vectors = new double[size * size];
        _solver = new SymmetricEigensolver(size);
    }

    /// <summary>Eigenvalues alone.</summary>
    [Benchmark]
    public void Eigenvalues() => _solver!.Values(_hessian, _values);

    /// <summary>Eigenvalues and eigenvectors.</summary>
    [Benchmark]
    public void Eigenvectors() => _solver!.Decompose(_hessian, _values, _vectors);
}
