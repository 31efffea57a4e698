using System.Globalization;
using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Models.Training;
using Looped.Studies.Settings;

namespace Looped.Studies.Algorithmic;

/// <summary>How often a model applies its blocks in training.</summary>
public enum Paradigm
{
    /// <summary>Once.</summary>
    Single,

    /// <summary>For each sample as often as its task says.</summary>
    Looped,

    /// <summary>Once at first, then as Looped.</summary>
    Shift,
}

/// <summary>Everything that defines a run on an algorithmic task. What is null, the scale decides.</summary>
public sealed record AlgorithmicSettings
{
    /// <summary>What <see cref="Shift"/> is where the criterion decides.</summary>
    internal const string ScpWord = "scp";

    /// <summary>The task.</summary>
    public AlgorithmicTask Task { get; init; } = new Parity();

    /// <summary>The paradigm.</summary>
    public Paradigm Paradigm { get; init; } = Paradigm.Looped;

    /// <summary>The scale.</summary>
    public RunScale Scale { get; init; } = RunScale.Tiny;

    /// <summary>Seed of weights and samples.</summary>
    public ulong Seed { get; init; }

    /// <summary>Steps of training.</summary>
    public long? Steps { get; init; }

    /// <summary>Samples of a batch.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Width of the model.</summary>
    public int? Width { get; init; }

    /// <summary>Blocks of a loop.</summary>
    public int? Layers { get; init; }

    /// <summary>Heads of each attention.</summary>
    public int? Heads { get; init; }

    /// <summary>The greatest length of samples at the first step.</summary>
    public int? Start { get; init; }

    /// <summary>The greatest length of samples at the end.</summary>
    public int? End { get; init; }

    /// <summary>Steps after which that length grows by one.</summary>
    public int? Interval { get; init; }

    /// <summary>The greatest length that is tested.</summary>
    public int? TestTo { get; init; }

    /// <summary>Learning rate.</summary>
    public double? Rate { get; init; }

    /// <summary>AdamW's decay of the weights.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Greatest norm of the gradient; 0 for none.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Decay of the weights' running mean; 0 for none.</summary>
    public double Average { get; init; }

    /// <summary>When <see cref="Paradigm.Shift"/> goes over to loops: <c>scp</c>, a step, or two with a dash between.</summary>
    public string Shift { get; init; } = ScpWord;

    /// <summary>Steps of an epoch of SHIFT's criterion.</summary>
    public int? ShiftEpoch { get; init; }

    /// <summary>W of SHIFT's criterion, in epochs.</summary>
    public int? ShiftWindow { get; init; }

    /// <summary>delta1 of SHIFT's criterion.</summary>
    public double? ShiftFall { get; init; }

    /// <summary>delta2 of SHIFT's criterion.</summary>
    public double? ShiftUnrest { get; init; }

    /// <summary>The loop at which inference reads answers.</summary>
    public StopRule Stop { get; init; } = StopRule.Batch;

    /// <summary>Steps between rows of metrics.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>Steps between evaluations.</summary>
    public int? EvaluateEvery { get; init; }

    /// <summary>Samples of an evaluation, in and out of the training lengths each.</summary>
    public int? Samples { get; init; }

    /// <summary>Samples of the evaluation at the end, over all lengths.</summary>
    public int? FinalSamples { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>Checkpoints that are kept.</summary>
    public int Keep { get; init; } = 2;

    /// <summary>Threads; they change no result.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<AlgorithmicSettings>> Options => AlgorithmicOptions.All;

    /// <summary>The settings with the scale's numbers in place of what is null.</summary>
    public AlgorithmicSettings Resolve()
    {
        var scale = ScaleNumbers.Of(Task, Scale);
        var end = End ?? Math.Max(scale.Curriculum.End, Start ?? 1);
        return this with
        {
            Steps = Steps ?? scale.Steps,
            Width = Width ?? scale.Width,
            Layers = Layers ?? Task.Layers,
            Heads = Heads ?? scale.Heads,
            Start = Start ?? Math.Min(scale.Curriculum.Start, end),
            End = end,
            Interval = Interval ?? scale.Curriculum.Interval,
            TestTo = TestTo ?? Math.Max(scale.TestLength, end + 1),
            Rate = Rate ?? scale.Rate,
            ShiftEpoch = ShiftEpoch ?? scale.ShiftEpoch,
            ShiftWindow = ShiftWindow ?? scale.Criterion.Window,
            ShiftFall = ShiftFall ?? scale.Criterion.Fall,
            ShiftUnrest = ShiftUnrest ?? scale.Criterion.Unrest,
            EvaluateEvery = EvaluateEvery ?? scale.EvaluateEvery,
            Samples = Samples ?? scale.Samples,
            FinalSamples = FinalSamples ?? scale.FinalSamples,
        };
    }

    /// <summary>Training as these settings define it.</summary>
    /// <exception cref="SettingException">Settings contradict each other.</exception>
    public TrainingPlan Plan()
    {
        var all = Resolve();
        var curriculum = new Curriculum(all.Start!.Value, all.End!.Value, all.Interval!.Value);
        var model = new Gpt2Settings(
            all.Width!.Value, all.Layers!.Value, all.Heads!.Value, Task.Vocabulary, Task.Vocabulary);
        var plan = new TrainingPlan(
            Task,
            model,
            curriculum,
            LoopPlan(all),
            new UpdateRule(WeightDecay, Clip, Average),
            new RateSchedule(all.Rate!.Value, curriculum.LastGrowth, all.Steps!.Value),
            Batch,
            Seed);
        try
        {
            model.Validate();
            curriculum.Validate();
            plan.Plan.Validate();
        }
        catch (ArgumentException failure)
        {
            throw new SettingException(failure.Message);
        }

        return all.TestTo > curriculum.End
            ? plan
            : throw new SettingException(
                $"test-to must be greater than end = {curriculum.End}, the greatest length of training, not '{all.TestTo}'");
    }

    /// <summary>The two steps of a shift over several, or the same step twice; null where the text is no shift.</summary>
    internal static (long From, long To)? ShiftSteps(string text)
    {
        var parts = text.Split('-');
        return parts.Length is 1 or 2 && Step(parts[0]) is { } from && Step(parts[^1]) is { } to && from <= to
            ? (from, to)
            : null;

        static long? Step(string part) =>
            long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }

    private LoopPlan LoopPlan(AlgorithmicSettings all) => Paradigm switch
    {
        Paradigm.Single => new SinglePass(),
        Paradigm.Looped => new OwnLoop(),
        _ when Shift == ScpWord => new ShiftByCriterion(
            new ShiftCriterion(all.ShiftFall!.Value, all.ShiftWindow!.Value, all.ShiftUnrest!.Value), all.ShiftEpoch!.Value),
        _ => ShiftSteps(Shift)!.Value is var (from, to) && from < to
            ? new ShiftOver(from, to, Task.Loops(all.End!.Value))
            : new ShiftAt(to),
    };
}
