using System.Globalization;
using Looped.Studies.Settings;
using static Looped.Studies.Settings.StudyOptions;

namespace Looped.Studies.Theory;

/// <summary>Everything that defines a check of the theory; the defaults are those of the study.</summary>
public sealed record TheorySettings
{
    /// <summary>Settings that take a few seconds.</summary>
    public static readonly TheorySettings Quick = new() { Instances = 400, Seeds = 6, Epochs = 50 };

    /// <summary>Seed of all random landscapes; the attention models have the seeds from it on.</summary>
    public ulong Seed { get; init; }

    /// <summary>Random landscapes of each setting.</summary>
    public int Instances { get; init; } = 4000;

    /// <summary>Attention models of each width.</summary>
    public int Seeds { get; init; } = 100;

    /// <summary>Epochs of their training.</summary>
    public int Epochs { get; init; } = 400;

    /// <summary>Threads; they change no result.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<TheorySettings>> Options { get; } =
    [
        new(
            "seed",
            "integer",
            "seed of landscapes and, from it on, of the attention models",
            $"a whole number from 0 to {ulong.MaxValue}",
            s => s.Seed.ToString(CultureInfo.InvariantCulture),
            (s, text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                ? s with { Seed = seed }
                : null),
        Integer<TheorySettings>(
            "instances",
            "random landscapes of each setting",
            8,
            1_000_000,
            s => s.Instances,
            (s, v) => s with { Instances = (int)v }),
        Integer<TheorySettings>(
            "seeds",
            "attention models of each width",
            1,
            10_000,
            s => s.Seeds,
            (s, v) => s with { Seeds = (int)v }),
        Integer<TheorySettings>(
            "epochs",
            "epochs of their training",
            1,
            100_000,
            s => s.Epochs,
            (s, v) => s with { Epochs = (int)v }),
        Integer<TheorySettings>(
            "threads",
            "threads; they change no result",
            1,
            256,
            s => s.Threads,
            (s, v) => s with { Threads = (int)v }),
    ];
}
