using Looped.Analysis.Theory;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Studies.Toy;

namespace Looped.Studies.Theory;

/// <summary>A context of the training set with what follows it.</summary>
/// <param name="Tokens">The embedded tokens, n x d.</param>
/// <param name="Weight">The share of the samples that have it.</param>
/// <param name="Target">The law of the target after it, in these samples.</param>
internal sealed record WeightedContext(Matrix Tokens, double Weight, double[] Target);

/// <summary>
/// Both toy models on one world, with automatic gradients of the mean loss and of each distinct sample, a context with a
/// sure target: the oracle of the lemmas.
/// </summary>
internal sealed class ModelBench : IDisposable
{
    private readonly GradientEvaluator[] _mean;
    private readonly GradientEvaluator[] _each;

    /// <summary>A bench.</summary>
    /// <param name="seed">Seed of world and initialisation.</param>
    /// <param name="width">d.</param>
    /// <param name="team">A team of one thread.</param>
    public ModelBench(ulong seed, int width, WorkerTeam team)
    {
        Settings = new ToySettings { Seed = seed, Width = width, Threads = 1 };
        World = new ToyWorld(Settings);
        (Single, Looped) = (Settings.Model(ToyArchitecture.Single), Settings.Model(ToyArchitecture.Looped));
        Contexts = [.. Enumerable.Range(0, World.Contexts.Count).Select(Context)];
        Samples =
        [
            .. Contexts.SelectMany((context, row) => Enumerable.Range(0, World.Contexts.Symbols)
                .Where(symbol => context.Target[symbol] > 0).Select(symbol => (row, symbol))),
        ];
        var backend = new CpuBackend();
        _mean = [.. Both(model => new GradientEvaluator(Objective(model), backend, team))];
        _each = [.. Both(model => new GradientEvaluator(PerSample(model), backend, team))];
        Initial = ToyObjective.Initialize(Single, Objective(Single).Layout, seed);
    }

    /// <summary>Settings of the world.</summary>
    public ToySettings Settings { get; }

    /// <summary>The world.</summary>
    public ToyWorld World { get; }

    /// <summary>Single-Attn.</summary>
    public ToyModelSettings Single { get; }

    /// <summary>Looped-Attn.</summary>
    public ToyModelSettings Looped { get; }

    /// <summary>Theta at initialisation, the same for both models.</summary>
    public double[] Initial { get; }

    /// <summary>The distinct contexts.</summary>
    public IReadOnlyList<WeightedContext> Contexts { get; }

    /// <summary>The distinct samples: number of the context, and target.</summary>
    public IReadOnlyList<(int Context, int Target)> Samples { get; }

    /// <summary>The mean loss of a model.</summary>
    public Objective Objective(ToyModelSettings model) => ToyObjective.Of(model, World.Contexts, World.Embedding);

    /// <summary>The automatic gradient of the mean loss.</summary>
    public double[] MeanGradient(ToyModelSettings model, double[] theta)
    {
        var gradient = new double[theta.Length];
        _mean[Index(model)].Evaluate(theta, gradient);
        return gradient;
    }

    /// <summary>The automatic gradient of each distinct sample's own loss.</summary>
    public double[][] SampleGradients(ToyModelSettings model, double[] theta) =>
        PerBlock(_each[Index(model)], Samples.Count, theta);

    /// <summary>The target of a sample as a law.</summary>
    public double[] TargetOf((int Context, int Target) sample)
    {
        var law = new double[World.Contexts.Symbols];
        law[sample.Target] = 1;
        return law;
    }

    /// <summary>The gradient of each block of an objective.</summary>
    public static double[][] PerBlock(GradientEvaluator evaluator, int blocks, double[] theta)
    {
        var (values, gradients) = (new double[blocks], new double[blocks * theta.Length]);
        evaluator.EvaluatePerBlock(theta, values, gradients);
        return [.. gradients.Chunk(theta.Length)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var evaluator in _mean.Concat(_each))
        {
            evaluator.Dispose();
        }
    }

    private static int Index(ToyModelSettings model) => model.Architecture == ToyArchitecture.Single ? 0 : 1;

    private IEnumerable<T> Both<T>(Func<ToyModelSettings, T> make) => [make(Single), make(Looped)];

    /// <summary>A block for each sample, each the sample's loss itself.</summary>
    private Objective PerSample(ToyModelSettings model)
    {
        var loss = ToyModel.Loss(model, 1, World.Contexts.Length);
        return new Objective(loss, [.. Samples.Select(sample => new DataBlock(new Dictionary<string, double[]>
        {
            [ToyModel.Contexts] = Contexts[sample.Context].Tokens.Values.ToArray(),
            [ToyModel.Weights] = TargetOf(sample),
        }))]);
    }

    private WeightedContext Context(int row)
    {
        var (contexts, symbols) = (World.Contexts, World.Contexts.Symbols);
        var counts = contexts.TargetCounts.Slice(row * symbols, symbols).ToArray();
        return new WeightedContext(
            new Matrix(contexts.Length, Settings.Width, World.Embedding.Embed(contexts.Context(row), contexts.Length)),
            counts.Sum() / World.Samples.SampleCount,
            Vectors.Scaled(1 / counts.Sum(), counts));
    }
}
