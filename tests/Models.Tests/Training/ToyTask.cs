using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Optimizers;
using Looped.Models.Training;
using Looped.Tensors;

namespace Looped.Models.Tests.Training;

/// <summary>A small toy model with its data and threads.</summary>
internal sealed class ToyTask : IDisposable
{
    public ToyTask(
        ToyArchitecture architecture = ToyArchitecture.Looped,
        int samples = 150,
        int width = 3,
        double gate = 1,
        bool learnsGate = false)
    {
        Model = new ToyModelSettings(architecture, width, Gate: gate, LearnsGate: learnsGate);
        Set = SequenceSet.Draw(
            new MarkovLanguage(3, Dynamics.Cyclic), length: 4, samples, alpha: 0.5, new Philox(3, "samples"));
        Embedding = ToyEmbedding.Random(3, 3, width, positions: 0);
        Objective = ToyObjective.Of(Model, Contexts.Distinct(Set), Embedding);
        Initial = ToyObjective.Initialize(Model, Objective.Layout, 3);
    }

    public ToyModelSettings Model { get; }

    public SequenceSet Set { get; }

    public ToyEmbedding Embedding { get; }

    public Objective Objective { get; }

    public double[] Initial { get; }

    public IBackend Backend { get; } = new CpuBackend();

    public WorkerTeam Team { get; } = new(1);

    public Trainer Trainer(OptimizerSettings optimizer, IBatchSource? batches = null) =>
        new(Objective, optimizer, Initial, Backend, Team, batches);

    public ToyBatches Batches(int size, ulong seed = 11) => new(Model, Set, size, Embedding, seed, Backend, Team);

    /// <summary>Loss and gradient of any objective in this model's parameters.</summary>
    public (double Loss, double[] Gradient) Evaluate(Objective objective, double[] theta)
    {
        using var evaluator = new GradientEvaluator(objective, Backend, Team);
        var gradient = new double[theta.Length];
        return (evaluator.Evaluate(theta, gradient), gradient);
    }

    public void Dispose() => Team.Dispose();
}

/// <summary>Keeps all that it is shown, and may act on it.</summary>
internal sealed class Recorder(Action<int>? onEpoch = null) : ITrainingObserver
{
    public List<(int Epoch, double Loss, double[] Theta, double[] Gradient)> Rows { get; } = [];

    public void Observe(in TrainingState state)
    {
        Rows.Add((state.Epoch, state.Loss, state.Theta.ToArray(), state.Gradient.ToArray()));
        onEpoch?.Invoke(state.Epoch);
    }
}
