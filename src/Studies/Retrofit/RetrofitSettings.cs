using System.Globalization;
using Looped.Models.Recurrent;
using Looped.Models.Retrofit;
using Looped.Studies.Settings;
using static Looped.Studies.Settings.StudyOptions;

namespace Looped.Studies.Retrofit;

/// <summary>How a public model is made recursive and trained on.</summary>
public sealed record RetrofitSettings
{
    /// <summary>The blocks that loop, such as <c>4-7</c>.</summary>
    public string LoopLayers { get; init; } = "0";

    /// <summary>How often they are applied.</summary>
    public int Loops { get; init; } = 1;

    /// <summary>Heads of each attention; null for heads of width 64.</summary>
    public int? Heads { get; init; }

    /// <summary>Steps of training; 0 leaves the weights as they are.</summary>
    public long Steps { get; init; } = 100;

    /// <summary>Rows of a step.</summary>
    public int Rows { get; init; } = 4;

    /// <summary>Learning rate at first; it falls to zero by a half cosine.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Decay of the weights.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Greatest norm of the gradient; 0 leaves it as it is.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Seed of the rows of each step.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads; they change no result.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<RetrofitSettings>> Options { get; } =
    [
        new(
            "loop-layers",
            "range",
            "blocks that loop, counted from 0",
            "a block or a range of blocks such as 4-7",
            s => s.LoopLayers,
            (s, text) => LoopedLayers.Parse(text, 1) is null ? null : s with { LoopLayers = text }),
        Integer<RetrofitSettings>(
            "loops", "how often they are applied", 1, 64, s => s.Loops, (s, v) => s with { Loops = (int)v }),
        new(
            "heads",
            "integer",
            "heads of each attention; auto: of width 64, as in the published models",
            "a whole number from 1 to 16384, or auto",
            s => s.Heads?.ToString(CultureInfo.InvariantCulture) ?? "auto",
            (s, text) => text == "auto" ? s with { Heads = null }
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var heads) && heads is >= 1 and <= 16384
                    ? s with { Heads = heads }
                    : null),
        Integer<RetrofitSettings>(
            "steps", "steps of training; 0 leaves the weights as they are", 0, 100_000_000, s => s.Steps, (s, v) => s with { Steps = v }),
        Integer<RetrofitSettings>("batch", "rows of a step", 1, 65_536, s => s.Rows, (s, v) => s with { Rows = (int)v }),
        Number<RetrofitSettings>(
            "lr",
            "learning rate at first; it falls to zero by a half cosine",
            0,
            1000,
            true,
            s => s.LearningRate,
            (s, v) => s with { LearningRate = v }),
        Number<RetrofitSettings>(
            "weight-decay", "decay of the weights", 0, 1000, false, s => s.WeightDecay, (s, v) => s with { WeightDecay = v }),
        Number<RetrofitSettings>(
            "clip", "greatest norm of the gradient; 0: any", 0, 1e6, false, s => s.Clip, (s, v) => s with { Clip = v }),
        new(
            "seed",
            "integer",
            "seed of the rows of each step",
            $"a whole number from 0 to {ulong.MaxValue}",
            s => s.Seed.ToString(CultureInfo.InvariantCulture),
            (s, text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                ? s with { Seed = seed }
                : null),
        Integer<RetrofitSettings>(
            "threads", "threads; they change no result", 1, 256, s => s.Threads, (s, v) => s with { Threads = (int)v }),
    ];

    /// <summary>The blocks that loop.</summary>
    public LoopedLayers Looped => LoopedLayers.Parse(LoopLayers, Loops)!;

    /// <summary>The update rule.</summary>
    internal UpdateRule Update => new(WeightDecay, Clip);

    /// <summary>The learning rate.</summary>
    internal RateSchedule Rate => new(LearningRate, 0, Steps);
}
