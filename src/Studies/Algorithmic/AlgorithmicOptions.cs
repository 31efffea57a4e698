using System.Globalization;
using Looped.Models.Tasks;
using Looped.Studies.Settings;
using static Looped.Studies.Settings.StudyOptions;

namespace Looped.Studies.Algorithmic;

/// <summary>The settings of a run on an algorithmic task by name, as given on the command line and in files.</summary>
internal static class AlgorithmicOptions
{
    /// <summary>What stands for a setting that the scale decides.</summary>
    private const string Auto = "auto";

    private const int Largest = 1_000_000;

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<StudyOption<AlgorithmicSettings>> All { get; } =
    [
        new(
            "task",
            "choice",
            "what is learned; tasks show TASK prints an example",
            AlgorithmicTasks.Names,
            s => s.Task.Name,
            (s, text) => AlgorithmicTasks.Find(text) is { } task ? s with { Task = task } : null),
        Choice<AlgorithmicSettings, Paradigm>(
            "paradigm",
            "one pass, each sample's own number of loops, or the first and then the second",
            s => s.Paradigm,
            (s, v) => s with { Paradigm = v }),
        Choice<AlgorithmicSettings, RunScale>(
            "scale",
            "minutes, hours, or the published setting: decides what is auto",
            s => s.Scale,
            (s, v) => s with { Scale = v }),
        new(
            "seed",
            "integer",
            "seed of weights and samples",
            $"a whole number from 0 to {ulong.MaxValue}",
            s => s.Seed.ToString(CultureInfo.InvariantCulture),
            (s, text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                ? s with { Seed = seed }
                : null),
        AutoInteger("steps", "steps of training", 1, 100_000_000, s => s.Steps, (s, v) => s with { Steps = v }),
        Whole("batch", "samples of a batch", 1, 65_536, s => s.Batch, (s, v) => s with { Batch = v }),
        AutoInteger("width", "width of the model", 1, 16_384, s => s.Width, (s, v) => s with { Width = (int?)v }),
        AutoInteger("layers", "blocks of a loop", 1, 100, s => s.Layers, (s, v) => s with { Layers = (int?)v }),
        AutoInteger("heads", "heads of each attention", 1, 16_384, s => s.Heads, (s, v) => s with { Heads = (int?)v }),
        AutoInteger(
            "start", "greatest length of samples at first", 1, 1000, s => s.Start, (s, v) => s with { Start = (int?)v }),
        AutoInteger("end", "greatest length of samples at last", 1, 1000, s => s.End, (s, v) => s with { End = (int?)v }),
        AutoInteger(
            "interval",
            "steps after which that length grows by one",
            1,
            Largest,
            s => s.Interval,
            (s, v) => s with { Interval = (int?)v }),
        AutoInteger(
            "test-to", "greatest length that is tested", 2, 2000, s => s.TestTo, (s, v) => s with { TestTo = (int?)v }),
        AutoNumber("lr", "learning rate", 0, 1000, true, s => s.Rate, (s, v) => s with { Rate = v }),
        Number<AlgorithmicSettings>(
            "weight-decay", "decay of the weights", 0, 1000, false, s => s.WeightDecay, (s, v) => s with { WeightDecay = v }),
        Number<AlgorithmicSettings>(
            "clip", "greatest norm of the gradient; 0: none", 0, 1e9, false, s => s.Clip, (s, v) => s with { Clip = v }),
        Number<AlgorithmicSettings>(
            "ema",
            "decay of a running mean of the weights, which then answers; 0: none",
            0,
            0.999999,
            false,
            s => s.Average,
            (s, v) => s with { Average = v }),
        new(
            "shift",
            "text",
            "when the paradigm shift goes over to loops: by its criterion, at a step, or loop by loop between two",
            $"{AlgorithmicSettings.ScpWord}, a step, or two ascending steps with a dash between",
            s => s.Shift,
            (s, text) => text == AlgorithmicSettings.ScpWord || AlgorithmicSettings.ShiftSteps(text) is not null
                ? s with { Shift = text }
                : null),
        AutoInteger(
            "shift-epoch",
            "steps of an epoch of the criterion",
            1,
            Largest,
            s => s.ShiftEpoch,
            (s, v) => s with { ShiftEpoch = (int?)v }),
        AutoInteger(
            "shift-window",
            "W of the criterion, in epochs",
            2,
            1000,
            s => s.ShiftWindow,
            (s, v) => s with { ShiftWindow = (int?)v }),
        AutoNumber(
            "shift-fall",
            "delta1 of the criterion: a fall of the loss, in nats, that is none",
            0,
            1e9,
            false,
            s => s.ShiftFall,
            (s, v) => s with { ShiftFall = v }),
        AutoNumber(
            "shift-unrest",
            "delta2 of the criterion: relative deviation of the gradient's norm that is rest",
            0,
            1e9,
            true,
            s => s.ShiftUnrest,
            (s, v) => s with { ShiftUnrest = v }),
        Choice<AlgorithmicSettings, StopRule>(
            "stop",
            "where answers are read: where the batch or each sample is surest, or at the given loop",
            s => s.Stop,
            (s, v) => s with { Stop = v }),
        Whole("log-every", "steps from row to row of the metrics", 1, Largest, s => s.LogEvery, (s, v) => s with { LogEvery = v }),
        AutoInteger(
            "eval-every",
            "steps from evaluation to evaluation",
            1,
            Largest,
            s => s.EvaluateEvery,
            (s, v) => s with { EvaluateEvery = (int?)v }),
        AutoInteger(
            "eval-samples",
            "samples of an evaluation, in and out of the training lengths each",
            1,
            Largest,
            s => s.Samples,
            (s, v) => s with { Samples = (int?)v }),
        AutoInteger(
            "final-samples",
            "samples of the last evaluation, over all lengths",
            1,
            10 * Largest,
            s => s.FinalSamples,
            (s, v) => s with { FinalSamples = (int?)v }),
        Whole(
            "checkpoint-every",
            "steps from checkpoint to checkpoint",
            1,
            Largest,
            s => s.CheckpointEvery,
            (s, v) => s with { CheckpointEvery = v }),
        Whole("keep", "checkpoints that are kept", 1, 1000, s => s.Keep, (s, v) => s with { Keep = v }),
        Whole("threads", "threads; they change no result", 1, 1024, s => s.Threads, (s, v) => s with { Threads = v }),
    ];

    private static StudyOption<AlgorithmicSettings> Whole(
        string name,
        string description,
        int low,
        int high,
        Func<AlgorithmicSettings, int> get,
        Func<AlgorithmicSettings, int, AlgorithmicSettings> set) =>
        Integer<AlgorithmicSettings>(name, description, low, high, s => get(s), (s, v) => set(s, (int)v));

    /// <summary>A whole number of a range, or the scale's.</summary>
    private static StudyOption<AlgorithmicSettings> AutoInteger(
        string name,
        string description,
        long low,
        long high,
        Func<AlgorithmicSettings, long?> get,
        Func<AlgorithmicSettings, long?, AlgorithmicSettings> set)
    {
        var number = Integer<AlgorithmicSettings>(name, description, low, high, s => get(s) ?? low, (s, v) => set(s, v));
        return number with
        {
            Allowed = $"{number.Allowed}, or {Auto}",
            Get = s => get(s) is { } value ? value.ToString(CultureInfo.InvariantCulture) : Auto,
            Set = (s, text) => text == Auto ? set(s, null) : number.Set(s, text),
        };
    }

    /// <summary>A number of a range, its lower end left out or not, or the scale's.</summary>
    private static StudyOption<AlgorithmicSettings> AutoNumber(
        string name,
        string description,
        double low,
        double high,
        bool aboveLow,
        Func<AlgorithmicSettings, double?> get,
        Func<AlgorithmicSettings, double?, AlgorithmicSettings> set)
    {
        var number = Number<AlgorithmicSettings>(
            name, description, low, high, aboveLow, s => get(s) ?? low, (s, v) => set(s, v));
        return number with
        {
            Allowed = $"{number.Allowed}, or {Auto}",
            Get = s => get(s) is { } value ? Text(value) : Auto,
            Set = (s, text) => text == Auto ? set(s, null) : number.Set(s, text),
        };
    }
}
