using Looped.Analysis.Estimators;
using Looped.Analysis.Operators;
using Looped.Autodiff;
using Looped.Benchmarks.Comparison;
using Looped.Benchmarks.Gpt2;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Benchmarks.Curvature;

/// <summary>Our side: the Hessian of a decoder block on fixed sequences, as an operator and by quadrature.</summary>
public sealed class CurvatureWork : IDisposable
{
    private const ulong Seed = 7;

    private readonly CurvatureOptions _options;
    private readonly Gpt2Problem _problem;
    private readonly HessianOperator _hessian;
    private readonly HvpEvaluator _single;
    private readonly double[] _vector;
    private readonly double[] _product;

    /// <summary>Compiles the operator.</summary>
    public CurvatureWork(CurvatureOptions options, WorkerTeam team)
    {
        (_options, Team) = (options, team);
        var settings = new Gpt2Settings(
            options.Width, 1, options.Heads, Gpt2Problem.Symbols, Gpt2Problem.Symbols, options.Loops);
        _problem = new Gpt2Problem(settings, options.Sequences, options.Length, directions: 1);
        Theta = [.. _problem.Weights.SelectMany(weights => weights)];
        Objective = Gpt2Objective.Of(
            settings, _problem.Tokens, _problem.Targets, options.Length, options.Block, options.Element);
        _hessian = new HessianOperator(Objective, Theta, Backend, team, options.Batch);
        _single = new HvpEvaluator(Objective, 1, Backend, team);
        (_vector, _product) = (new double[Theta.Length], new double[Theta.Length]);
        Probes.Fill(Seed, 0, _vector);
        Quadrature = new QuadratureOptions(options.Probes, options.Steps, Seed, options.Probes);
    }

    /// <summary>What runs it.</summary>
    public CpuBackend Backend { get; } = new();

    /// <summary>Who runs the blocks of data, and the pieces of vectors.</summary>
    public WorkerTeam Team { get; }

    /// <summary>The loss.</summary>
    public Objective Objective { get; }

    /// <summary>(P,).</summary>
    public double[] Theta { get; }

    /// <summary>How the spectrum is sampled.</summary>
    public QuadratureOptions Quadrature { get; }

    /// <summary>Bytes of the operator and of the quadrature's vectors, as predicted.</summary>
    public long PredictedBytes => _hessian.PredictedBytes + Quadrature.PredictBytes(Theta.Length);

    /// <summary>One product with the Hessian from theta on, the model's own pass included.</summary>
    public void Product() => _single.Evaluate(Theta, _vector, _product);

    /// <summary>One product at a theta where others were taken before.</summary>
    public void NextProduct() => _hessian.Apply(_vector, _product);

    /// <summary>Samples the spectrum.</summary>
    public SpectralQuadrature Sample() => StochasticLanczos.Run(_hessian, Quadrature, Team);

    /// <summary>Hands model, sequences and probes to the other side, in the type that it is to compute in.</summary>
    public void Offer(TorchProcess torch, string folder)
    {
        var probes = new double[_options.Probes * Theta.Length];
        for (var probe = 0; probe < _options.Probes; probe++)
        {
            Probes.Fill(Seed, probe, probes.AsSpan(probe * Theta.Length, Theta.Length));
        }

        Npy.Write<double>(Path.Combine(folder, "probes.npy"), new Shape(_options.Probes, Theta.Length), probes);
        if (_options.Element == ElementType.Float32)
        {
            _problem.Offer<float>(torch, folder);
        }
        else
        {
            _problem.Offer<double>(torch, folder);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _single.Dispose();
        _hessian.Dispose();
    }
}
