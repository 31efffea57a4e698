using Looped.Analysis;
using Looped.Analysis.Curvature;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Optimizers;
using Looped.Studies.Settings;

namespace Looped.Studies.Toy;

/// <summary>Which models a run trains.</summary>
public enum ToyModels
{
    /// <summary>Single- and Looped-Attn.</summary>
    Both,

    /// <summary>Single-Attn alone.</summary>
    Single,

    /// <summary>Looped-Attn alone.</summary>
    Looped,
}

/// <summary>The update rules by name.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="Models.Optimizers.Adam"/></summary>
    Adam,

    /// <summary><see cref="GradientDescent"/></summary>
    Sgd,

    /// <summary><see cref="Models.Optimizers.Momentum"/></summary>
    Momentum,
}

/// <summary>Everything that defines a toy run; the defaults are those of the study.</summary>
public sealed record ToySettings
{
    /// <summary>d.</summary>
    public int Width { get; init; } = 8;

    /// <summary>T.</summary>
    public int Loops { get; init; } = 3;

    /// <summary>Epochs of training.</summary>
    public int Epochs { get; init; } = 400;

    /// <summary>Step size.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>Update rule.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Samples of a batch; 0 for the whole set.</summary>
    public int Batch { get; init; }

    /// <summary>Seed of data, embedding, initialisation and batches.</summary>
    public ulong Seed { get; init; }

    /// <summary>N: training samples.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>Exponent of the sampling law.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary>Factor of the normal numbers whose softmax the transition rows are.</summary>
    public double Concentration { get; init; } = 1.5;

    /// <summary>How the three transition matrices are used.</summary>
    public Dynamics Dynamics { get; init; } = Dynamics.Cyclic;

    /// <summary>The factor of attention.</summary>
    public AttentionScale Scale { get; init; } = AttentionScale.Mean;

    /// <summary>gamma; null for a learned one that starts at 1.</summary>
    public double? Gate { get; init; } = 1;

    /// <summary>Whether positions have terms of their own.</summary>
    public bool Positions { get; init; }

    /// <summary>Which models are trained.</summary>
    public ToyModels Models { get; init; } = ToyModels.Both;

    /// <summary>Epochs from spectrum to spectrum.</summary>
    public int SpectrumEvery { get; init; } = 1;

    /// <summary>Which mutual information.</summary>
    public InformationReading Information { get; init; } = InformationReading.Eigenbasis;

    /// <summary>Threshold between valley and river.</summary>
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>What the threshold is measured in.</summary>
    public EpsilonMode EpsilonMode { get; init; } = EpsilonMode.Relative;

    /// <summary>Threads; they change no result.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<ToySettings>> Options { get; } =
    [
        StudyOptions.Integer<ToySettings>("d", "width of the models", 1, 256, s => s.Width, (s, v) => s with { Width = (int)v }),
        StudyOptions.Integer<ToySettings>("loops", "loops T of Looped-Attn", 1, 64, s => s.Loops, (s, v) => s with { Loops = (int)v }),
        StudyOptions.Integer<ToySettings>("epochs", "epochs of training", 1, 1_000_000, s => s.Epochs, (s, v) => s with { Epochs = (int)v }),
        StudyOptions.Number<ToySettings>("lr", "learning rate", 0, 1000, true, s => s.LearningRate, (s, v) => s with { LearningRate = v }),
        StudyOptions.Choice<ToySettings, OptimizerKind>("optimizer", "update rule", s => s.Optimizer, (s, v) => s with { Optimizer = v }),
        StudyOptions.Integer<ToySettings>("batch", "samples of a batch, 0 for the whole set", 0, 10_000_000, s => s.Batch, (s, v) => s with { Batch = (int)v }),
        new(
            "seed",
            "seed of data, embedding, initialisation and batches",
            $"a whole number from 0 to {ulong.MaxValue}",
            s => s.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            (s, text) => ulong.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seed) ? s with { Seed = seed } : null),
        StudyOptions.Integer<ToySettings>("samples", "training samples N", 1, 10_000_000, s => s.Samples, (s, v) => s with { Samples = (int)v }),
        StudyOptions.Number<ToySettings>("alpha", "exponent of the sampling law P(x)^alpha", 0, 10, false, s => s.Alpha, (s, v) => s with { Alpha = v }),
        StudyOptions.Number<ToySettings>("concentration", "spread of the transition rows' logits", 0, 100, false, s => s.Concentration, (s, v) => s with { Concentration = v }),
        StudyOptions.Choice<ToySettings, Dynamics>("dynamics", "how the three transition matrices are used", s => s.Dynamics, (s, v) => s with { Dynamics = v }),
        StudyOptions.Choice<ToySettings, AttentionScale>("scale", "factor of attention: mean is 1/n, none is 1", s => s.Scale, (s, v) => s with { Scale = v }),
        new(
            "gate",
            "factor gamma of each loop's update",
            "a number from -1000 to 1000, or 'learned'",
            s => s.Gate is { } gate ? StudyOptions.Text(gate) : "learned",
            (s, text) => text.Equals("learned", StringComparison.OrdinalIgnoreCase) ? s with { Gate = null }
                : StudyOptions.TryNumber(text, out var gate) && Math.Abs(gate) <= 1000 ? s with { Gate = gate } : null),
        new(
            "positions",
            "whether each position adds a fixed term to the embedding",
            "true or false",
            s => s.Positions ? "true" : "false",
            (s, text) => bool.TryParse(text, out var positions) ? s with { Positions = positions } : null),
        StudyOptions.Choice<ToySettings, ToyModels>("model", "which models are trained", s => s.Models, (s, v) => s with { Models = v }),
        StudyOptions.Integer<ToySettings>("spectrum-every", "epochs from one Hessian to the next", 1, 1_000_000, s => s.SpectrumEvery, (s, v) => s with { SpectrumEvery = (int)v }),
        StudyOptions.Choice<ToySettings, InformationReading>("mi", "reading of the mutual information", s => s.Information, (s, v) => s with { Information = v }),
        StudyOptions.Number<ToySettings>("eps", "eigenvalue above which the valley begins", 0, 1e6, false, s => s.Epsilon, (s, v) => s with { Epsilon = v }),
        StudyOptions.Choice<ToySettings, EpsilonMode>("eps-mode", "what eps is measured in: the largest eigenvalue, or the Hessian's units", s => s.EpsilonMode, (s, v) => s with { EpsilonMode = v }),
        StudyOptions.Integer<ToySettings>("threads", "threads; they change no result", 1, 1024, s => s.Threads, (s, v) => s with { Threads = (int)v }),
    ];

    /// <summary>The valley's parameters. U and V are told apart by the study, which shows results over ranges.</summary>
    public ValleyCriteria Valley => new(delta: 1, threshold: 10, Epsilon, EpsilonMode);

    /// <summary>The update rule.</summary>
    public OptimizerSettings OptimizerSettings => Optimizer switch
    {
        OptimizerKind.Sgd => new GradientDescent(LearningRate),
        OptimizerKind.Momentum => new Momentum(LearningRate),
        _ => new Adam(LearningRate),
    };

    /// <summary>The models that are trained.</summary>
    public IEnumerable<ToyArchitecture> Architectures => Models switch
    {
        ToyModels.Single => [ToyArchitecture.Single],
        ToyModels.Looped => [ToyArchitecture.Looped],
        _ => [ToyArchitecture.Single, ToyArchitecture.Looped],
    };

    /// <summary>One of the models.</summary>
    public ToyModelSettings Model(ToyArchitecture architecture) =>
        new(architecture, Width, Loops: Loops, Scale: Scale, Gate: Gate ?? 1, LearnsGate: Gate is null);

    /// <summary>Checks what no single option can.</summary>
    /// <exception cref="SettingException">Two settings contradict each other.</exception>
    public void Validate()
    {
        if (Batch > Samples)
        {
            throw new SettingException($"batch must be at most samples = {Samples}, not '{Batch}'");
        }

        if (EpsilonMode == EpsilonMode.Relative && Epsilon >= 1)
        {
            throw new SettingException(
                $"eps must be below 1 where eps-mode is relative, not '{StudyOptions.Text(Epsilon)}'");
        }
    }
}
