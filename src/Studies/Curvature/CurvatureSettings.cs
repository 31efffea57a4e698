using System.Globalization;
using Looped.Studies.Settings;
using Looped.Tensors;
using static Looped.Studies.Settings.StudyOptions;

namespace Looped.Studies.Curvature;

/// <summary>How the curvature of a run's checkpoints is measured.</summary>
public sealed record CurvatureSettings
{
    private const string Auto = "auto";
    private const int Largest = 1_000_000;

    /// <summary>Steps between measurements; the last step of a run is measured beside.</summary>
    public int Every { get; init; } = 1000;

    /// <summary>Sequences of the fixed batch.</summary>
    public int Samples { get; init; } = 64;

    /// <summary>Their greatest length; null for the greatest of the run's training.</summary>
    public int? Length { get; init; }

    /// <summary>Sequences that are computed together.</summary>
    public int Block { get; init; } = 16;

    /// <summary>What the model computes in: float64, or float32 behind float64.</summary>
    public ElementType Element { get; init; } = ElementType.Float32;

    /// <summary>Random probes of the quadrature.</summary>
    public int Probes { get; init; } = 4;

    /// <summary>Lanczos steps of each.</summary>
    public int Steps { get; init; } = 80;

    /// <summary>Random probes of the traces by parameter.</summary>
    public int TraceProbes { get; init; } = 32;

    /// <summary>Largest eigenvalues that are found with their vectors.</summary>
    public int Top { get; init; } = 5;

    /// <summary>Tolerance of these eigenpairs, relative to the largest magnitude.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Standard deviation of the density's kernel, as a share of the spectrum's width.</summary>
    public double Kernel { get; init; } = 0.005;

    /// <summary>Points of the density's grid.</summary>
    public int Points { get; init; } = 1000;

    /// <summary>Seed of sequences and probes.</summary>
    public ulong Seed { get; init; }

    /// <summary>Mebibytes that a measurement may take; a tight limit may change rounding.</summary>
    public int Memory { get; init; } = 4096;

    /// <summary>Threads; they change no result.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<CurvatureSettings>> Options { get; } =
    [
        Whole("every", "steps between measured checkpoints; a run's end is measured too", 1, s => s.Every, (s, v) => s with { Every = v }),
        Whole("samples", "sequences of the fixed batch", 1, s => s.Samples, (s, v) => s with { Samples = v }),
        new(
            "length",
            "integer",
            "their greatest length",
            $"a whole number from 1 to 2000, or {Auto}, the greatest of the run's training",
            s => s.Length?.ToString(CultureInfo.InvariantCulture) ?? Auto,
            (s, text) => text == Auto ? s with { Length = null }
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= 2000
                    ? s with { Length = value }
                    : null),
        Whole("block", "sequences that are computed together", 1, s => s.Block, (s, v) => s with { Block = v }),
        new(
            "element",
            "choice",
            "what the model computes in; sums and vectors are float64",
            "float32 or float64",
            s => s.Element.ToString().ToLowerInvariant(),
            (s, text) => text switch
            {
                "float32" => s with { Element = ElementType.Float32 },
                "float64" => s with { Element = ElementType.Float64 },
                _ => null,
            }),
        Whole("probes", "random probes of the spectrum: they set the standard errors", 2, s => s.Probes, (s, v) => s with { Probes = v }),
        Whole("lanczos", "Lanczos steps of each probe: they set the resolution", 4, s => s.Steps, (s, v) => s with { Steps = v }),
        Whole("trace-probes", "random probes of the traces by parameter", 2, s => s.TraceProbes, (s, v) => s with { TraceProbes = v }),
        Whole("top", "largest eigenvalues that are found with their vectors", 1, s => s.Top, (s, v) => s with { Top = v }),
        Number<CurvatureSettings>(
            "tolerance", "residual of these, relative to the largest", 0, 1, true, s => s.Tolerance, (s, v) => s with { Tolerance = v }),
        Number<CurvatureSettings>(
            "kernel", "width of the density's kernel, as a share of the spectrum's", 0, 1, true, s => s.Kernel, (s, v) => s with { Kernel = v }),
        Whole("points", "points of the density", 2, s => s.Points, (s, v) => s with { Points = v }),
        Integer<CurvatureSettings>(
            "seed", "seed of sequences and probes", 0, long.MaxValue, s => (long)s.Seed, (s, v) => s with { Seed = (ulong)v }),
        Whole("memory", "MiB that a measurement may take", 1, s => s.Memory, (s, v) => s with { Memory = v }),
        Integer<CurvatureSettings>("threads", "threads; they change no result", 1, 1024, s => s.Threads, (s, v) => s with { Threads = (int)v }),
    ];

    /// <summary>The options that define what a measurement gives; the others choose checkpoints or the means.</summary>
    internal static IEnumerable<StudyOption<CurvatureSettings>> Defining =>
        Options.Where(option => option.Name is not ("every" or "memory" or "threads"));

    private static StudyOption<CurvatureSettings> Whole(
        string name,
        string description,
        int low,
        Func<CurvatureSettings, int> get,
        Func<CurvatureSettings, int, CurvatureSettings> set) =>
        Integer<CurvatureSettings>(name, description, low, Largest, s => get(s), (s, v) => set(s, (int)v));
}
