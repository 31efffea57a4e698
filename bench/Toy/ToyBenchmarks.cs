using BenchmarkDotNet.Attributes;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;

namespace Looped.Benchmarks;

/// <summary>Training and curvature of the toy models over the 27 distinct contexts, on two threads.</summary>
public class ToyBenchmarks
{
    private const int Samples = 10_000;
    private const int Directions = 24;

    private readonly WorkerTeam _team = new(2);
    private readonly CpuBackend _backend = new();
    private double[] _theta = [];
    private double[] _vectors = [];
    private double[] _result = [];
    private TrainingStep? _step;
    private GradientEvaluator? _gradient;
    private HvpEvaluator? _hvp;
    private HessianEvaluator? _hessian;

    /// <summary>The model.</summary>
    [Params(ToyArchitecture.Single, ToyArchitecture.Looped)]
    public ToyArchitecture Model { get; set; }

    /// <summary>The width.</summary>
    [Params(8, 16, 32)]
    public int D { get; set; }

    /// <summary>Compiles the step.</summary>
    [GlobalSetup(Target = nameof(TrainingStep))]
    public void SetUpStep() => _step = new TrainingStep(Problem(vectors: 1), _theta, _backend, _team);

    /// <summary>Gradient and Adam.</summary>
    [Benchmark]
    public double TrainingStep() => _step!.Run();

    /// <summary>Compiles the gradient.</summary>
    [GlobalSetup(Target = nameof(Gradient))]
    public void SetUpGradient() => _gradient = new GradientEvaluator(Problem(vectors: 1), _backend, _team);

    /// <summary>Loss and gradient.</summary>
    [Benchmark]
    public double Gradient() => _gradient!.Evaluate(_theta, _result);

    /// <summary>Compiles one Hessian-vector product.</summary>
    [GlobalSetup(Target = nameof(Hvp))]
    public void SetUpHvp() => _hvp = new HvpEvaluator(Problem(vectors: 1), 1, _backend, _team);

    /// <summary>One Hessian-vector product.</summary>
    [Benchmark]
    public void Hvp() => _hvp!.Evaluate(_theta, _vectors, _result);

    /// <summary>Compiles 24 Hessian-vector products.</summary>
    [GlobalSetup(Target = nameof(Hvp24))]
    public void SetUpHvp24() => _hvp = new HvpEvaluator(Problem(Directions), Directions, _backend, _team);

    /// <summary>Hessian-vector products of 24 directions at once.</summary>
    [Benchmark]
    public void Hvp24() => _hvp!.Evaluate(_theta, _vectors, _result);

    /// <summary>Compiles the Hessian.</summary>
    [GlobalSetup(Target = nameof(Hessian))]
    public void SetUpHessian()
    {
        _hessian = new HessianEvaluator(Problem(vectors: 0), _backend, _team);
        _result = new double[_theta.Length * _theta.Length];
    }

    /// <summary>The full Hessian.</summary>
    [Benchmark]
    public void Hessian() => _hessian!.Evaluate(_theta, _result);

    /// <summary>Frees programs and threads.</summary>
    [GlobalCleanup]
    public void Release()
    {
        _step?.Dispose();
        _gradient?.Dispose();
        _hvp?.Dispose();
        _hessian?.Dispose();
        _team.Dispose();
    }

    private Objective Problem(int vectors)
    {
        var problem = new ToyProblem(Model, D, Samples);
        _theta = problem.Theta;
        _vectors = [.. Enumerable.Range(0, vectors).SelectMany(problem.Direction)];
        _result = new double[_vectors.Length];
        return problem.Objective(problem.DistinctContexts());
    }
}
