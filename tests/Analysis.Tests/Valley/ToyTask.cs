using Looped.Analysis.Curvature;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>A small toy model on a few samples.</summary>
internal sealed class ToyTask : IDisposable
{
    public ToyTask(ToyArchitecture architecture, int width, int samples = 300)
    {
        var set = SequenceSet.Draw(
            new MarkovLanguage(2, Dynamics.Cyclic), length: 4, samples, alpha: 0.5, new Philox(2, "samples"));
        var settings = new ToyModelSettings(architecture, width);
        Objective = ToyObjective.Of(settings, Contexts.Distinct(set), ToyEmbedding.Random(2, 3, width, 0));
        Initial = ToyObjective.Initialize(settings, Objective.Layout, 2);
    }

    public static ValleyCriteria Criteria { get; } = new(delta: 1, threshold: 10, epsilon: 0.01);

    public Objective Objective { get; }

    public double[] Initial { get; }

    public int Size => Objective.Layout.Size;

    public IBackend Backend { get; } = new CpuBackend();

    public WorkerTeam Team { get; } = new(1);

    public SpectrumRecorder Recorder(int last) =>
        new(Objective, new SpectrumSchedule(1, last, InformationReading.Eigenbasis, Criteria), Backend, Team);

    public double[] Hessian(ReadOnlySpan<double> theta)
    {
        using var evaluator = new HessianEvaluator(Objective, Backend, Team);
        var hessian = new double[Size * Size];
        evaluator.Evaluate(theta, hessian);
        return hessian;
    }

    public double[] Gradient(ReadOnlySpan<double> theta)
    {
        using var evaluator = new GradientEvaluator(Objective, Backend, Team);
        var gradient = new double[Size];
        evaluator.Evaluate(theta, gradient);
        return gradient;
    }

    public void Dispose() => Team.Dispose();
}
