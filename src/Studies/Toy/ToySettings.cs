using System.Globalization;
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

    /// <summary><see cref="Models.Optimizers.AdamW"/></summary>
    AdamW,
}

/// <summary>The form in which the training set is given to the models; loss, gradient and Hessian are the same.</summary>
public enum ContextForm
{
    /// <summary>Each distinct context once, with the counts of its targets.</summary>
    Distinct,

    /// <summary>Every sample on its own.</summary>
    All,
}

/// <summary>Everything that defines a toy run; the defaults are those of the study.</summary>
public sealed record ToySettings
{
    /// <summary>d.</summary>
    public int Width { get; init; } = 8;

    /// <summary>T.</summary>
    public int Loops { get; init; } = 3;

    /// <summary>Factor of the standard deviation 1/sqrt(d) of the initialisation.</summary>
    public double InitialScale { get; init; } = 1;

    /// <summary>Epochs of training.</summary>
    public int Epochs { get; init; } = 400;

    /// <summary>Step size.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>Decay lambda of the weights under <see cref="OptimizerKind.AdamW"/>.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Update rule.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Samples of a batch; 0 for the whole set.</summary>
    public int Batch { get; init; }

    /// <summary>Seed of data, embedding, initialisation and batches.</summary>
    public ulong Seed { get; init; }

    /// <summary>N: training samples.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>The form of the training set.</summary>
    public ContextForm Contexts { get; init; } = ContextForm.Distinct;

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
    public static IReadOnlyList<StudyOption<ToySettings>> Options => ToyOptions.All;

    /// <summary>The valley's parameters. U and V are told apart by the study, which shows results over ranges.</summary>
    public ValleyCriteria Valley => new(delta: 1, threshold: 10, Epsilon, EpsilonMode);

    /// <summary>The update rule.</summary>
    public OptimizerSettings OptimizerSettings => Optimizer switch
    {
        OptimizerKind.Sgd => new GradientDescent(LearningRate),
        OptimizerKind.Momentum => new Momentum(LearningRate),
        OptimizerKind.AdamW => new AdamW(LearningRate, WeightDecay),
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
    /// <param name="memory">Bytes of memory that there are.</param>
    /// <param name="companion">P x P matrices that whoever watches a model beside its recorder holds.</param>
    /// <exception cref="SettingException">Settings contradict each other, or ask for more memory than there is.</exception>
    public void Validate(long memory, int companion = 0)
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

        RequireMemory(memory, companion);
    }

    private void RequireMemory(long memory, int companion)
    {
        // P x P matrices that a model's recorder holds while it runs, and the spectra that stay.
        var parameters = (3L * Width * (Width + 1)) + (Gate is null ? 1 : 0);
        var matrices = (Information == InformationReading.Matrix ? 11 : 8) + companion;
        var models = Architectures.Count();
        var spectra = (Epochs / SpectrumEvery) + 2;
        var numbers = (Math.Min(models, Threads) * matrices * parameters * parameters) + (models * spectra * parameters);
        if (sizeof(double) * numbers > memory)
        {
            throw new SettingException(string.Create(
                CultureInfo.InvariantCulture,
                $"Hessians of order {parameters} (d = {Width}) and {spectra} spectra need about " +
                $"{sizeof(double) * numbers / 1e9:0} GB of memory, but there are {memory / 1e9:0}; a smaller d, fewer epochs, " +
                $"a larger spectrum-every or a single model need less"));
        }
    }
}
