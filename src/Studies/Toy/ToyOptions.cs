using System.Globalization;
using Looped.Analysis;
using Looped.Analysis.Curvature;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Studies.Settings;
using static Looped.Studies.Settings.StudyOptions;

namespace Looped.Studies.Toy;

/// <summary>The settings of a toy run by name, as given on the command line and in files.</summary>
internal static class ToyOptions
{
    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<StudyOption<ToySettings>> All { get; } =
    [
        Integer<ToySettings>(
            "d", "width d of the models", 1, 100, s => s.Width, (s, v) => s with { Width = (int)v }),
        Integer<ToySettings>(
            "loops", "loops T of Looped-Attn", 1, 64, s => s.Loops, (s, v) => s with { Loops = (int)v }),
        Integer<ToySettings>(
            "epochs", "epochs of training", 1, 1_000_000, s => s.Epochs, (s, v) => s with { Epochs = (int)v }),
        Number<ToySettings>(
            "lr", "learning rate", 0, 1000, true, s => s.LearningRate, (s, v) => s with { LearningRate = v }),
        Choice<ToySettings, OptimizerKind>(
            "optimizer", "update rule", s => s.Optimizer, (s, v) => s with { Optimizer = v }),
        Number<ToySettings>(
            "weight-decay",
            "decay of the weights, of adamw alone",
            0,
            1000,
            false,
            s => s.WeightDecay,
            (s, v) => s with { WeightDecay = v }),
        Integer<ToySettings>(
            "batch",
            "samples of a batch; 0: all of them",
            0,
            10_000_000,
            s => s.Batch,
            (s, v) => s with { Batch = (int)v }),
        new(
            "seed",
            "integer",
            "seed of data, embedding, initialisation and batches",
            $"a whole number from 0 to {ulong.MaxValue}",
            s => s.Seed.ToString(CultureInfo.InvariantCulture),
            (s, text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                ? s with { Seed = seed }
                : null),
        Integer<ToySettings>(
            "samples", "training samples N", 1, 10_000_000, s => s.Samples, (s, v) => s with { Samples = (int)v }),
        Choice<ToySettings, ContextForm>(
            "contexts",
            "training set as distinct contexts with counts, or all samples",
            s => s.Contexts,
            (s, v) => s with { Contexts = v }),
        Number<ToySettings>(
            "alpha",
            "exponent of the sampling law P(x)^alpha",
            0,
            10,
            false,
            s => s.Alpha,
            (s, v) => s with { Alpha = v }),
        Number<ToySettings>(
            "concentration",
            "standard deviation of the logits of transition rows",
            0,
            40,
            false,
            s => s.Concentration,
            (s, v) => s with { Concentration = v }),
        Choice<ToySettings, Dynamics>(
            "dynamics",
            "use of the three transition matrices: each step the next one, each sequence its own one, or one for all",
            s => s.Dynamics,
            (s, v) => s with { Dynamics = v }),
        Choice<ToySettings, AttentionScale>(
            "scale",
            "factor of attention: mean is 1/n for n tokens, none is 1",
            s => s.Scale,
            (s, v) => s with { Scale = v }),
        Number<ToySettings>(
            "init",
            "standard deviation of the initialisation, in units of 1/sqrt(d)",
            0,
            1000,
            true,
            s => s.InitialScale,
            (s, v) => s with { InitialScale = v }),
        new(
            "gate",
            "number",
            "factor gamma of each loop's update; learned: trained, from 1 on",
            "a number from -1000 to 1000, or learned",
            s => s.Gate is { } gate ? Text(gate) : "learned",
            (s, text) => text.Equals("learned", StringComparison.OrdinalIgnoreCase) ? s with { Gate = null }
                : TryNumber(text, out var gate) && Math.Abs(gate) <= 1000 ? s with { Gate = gate }
                : null),
        new(
            "positions",
            "choice",
            "whether each position adds a fixed term to the embedding",
            "true or false",
            s => s.Positions ? "true" : "false",
            (s, text) => bool.TryParse(text, out var positions) ? s with { Positions = positions } : null),
        Choice<ToySettings, ToyModels>(
            "model", "which models are trained", s => s.Models, (s, v) => s with { Models = v }),
        Integer<ToySettings>(
            "spectrum-every",
            "epochs from one Hessian to the next",
            1,
            1_000_000,
            s => s.SpectrumEvery,
            (s, v) => s with { SpectrumEvery = (int)v }),
        Choice<ToySettings, InformationReading>(
            "mi",
            "mutual information of neighbouring Hessians: by their eigenbases, or by matrix entropies",
            s => s.Information,
            (s, v) => s with { Information = v }),
        Number<ToySettings>(
            "eps",
            "eigenvalue above which the valley begins, in the units of eps-mode",
            0,
            1e6,
            false,
            s => s.Epsilon,
            (s, v) => s with { Epsilon = v }),
        Choice<ToySettings, EpsilonMode>(
            "eps-mode",
            "units of eps: the largest eigenvalue (eps below 1 then), or those of the Hessian",
            s => s.EpsilonMode,
            (s, v) => s with { EpsilonMode = v }),
        Integer<ToySettings>(
            "threads",
            "threads; they change no result",
            1,
            256,
            s => s.Threads,
            (s, v) => s with { Threads = (int)v }),
    ];
}
