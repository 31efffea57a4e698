using Looped.Kernels;
using Looped.Models.Gpt2;
using Looped.Models.Tasks;
using Looped.Models.Training;

namespace Looped.Models.Recurrent;

/// <summary>What training consists of.</summary>
/// <param name="Task">The task.</param>
/// <param name="Model">The model; its loops play no part.</param>
/// <param name="Curriculum">Lengths of the samples.</param>
/// <param name="Plan">Loops of the samples.</param>
/// <param name="Update">The update rule.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Rows">Samples of a batch.</param>
/// <param name="Seed">Seed of weights and samples.</param>
public sealed record TrainingPlan(
    AlgorithmicTask Task,
    Gpt2Settings Model,
    Curriculum Curriculum,
    LoopPlan Plan,
    UpdateRule Update,
    RateSchedule Rate,
    int Rows,
    ulong Seed);

/// <summary>What a step of training did.</summary>
/// <param name="Step">Updates made, this one included.</param>
/// <param name="Loss">Loss before the update.</param>
/// <param name="GradientNorm">Norm of the gradient before it was clipped.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Longest">Greatest length of a sample.</param>
/// <param name="Loops">Greatest loop.</param>
/// <param name="Tokens">Positions read.</param>
/// <param name="Flops">Floating-point operations.</param>
public readonly record struct StepResult(
    long Step, double Loss, double GradientNorm, double Rate, int Longest, int Loops, int Tokens, long Flops);

/// <summary>
/// Trains a looped decoder on a task in float32. A program of a step is compiled for each row length and number of loops as
/// the curriculum comes to it, and the one before is dropped. Results depend on the plan alone, not on threads.
/// </summary>
public sealed class DecoderTrainer : IDisposable
{
    /// <summary>Batches of the validation set of SHIFT's criterion.</summary>
    private const int ValidationBatches = 4;

    private readonly TrainingPlan _plan;
    private readonly IBackend _backend;
    private readonly TaskStream _stream;
    private readonly Evaluator _evaluator;
    private TrainingStep<float>? _program;
    private TaskBatch? _last;

    /// <summary>A trainer at a state.</summary>
    /// <param name="plan">What training consists of.</param>
    /// <param name="state">Where it stands; its arrays are written by <see cref="Store"/>.</param>
    /// <param name="log">What SHIFT's criterion has seen; null for plans without one.</param>
    /// <param name="backend">What runs it.</param>
    /// <exception cref="ArgumentException">The plan's numbers are out of range, or the log does not go with it.</exception>
    public DecoderTrainer(TrainingPlan plan, DecoderState<float> state, ShiftLog? log, IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(state);
        plan.Model.Validate();
        plan.Curriculum.Validate();
        plan.Plan.Validate();
        plan.Update.Validate();
        if (plan.Plan is ShiftByCriterion != log is not null)
        {
            throw new ArgumentException("a log of SHIFT's criterion goes with plans that have one, and only with those");
        }

        (_plan, State, Log, _backend) = (plan, state, log, backend);
        _stream = new TaskStream(plan.Task, plan.Seed, "training");
        _evaluator = new Evaluator(plan.Model, plan.Task, state.Weights, backend);
    }

    /// <summary>Where training stands; the arrays are as <see cref="Store"/> last left them.</summary>
    public DecoderState<float> State { get; }

    /// <summary>What SHIFT's criterion has seen; null for plans without one.</summary>
    public ShiftLog? Log { get; }

    /// <summary>The greatest length of the samples of the next step.</summary>
    public int Longest => _plan.Curriculum.Longest(State.Step);

    /// <summary>The greatest loop that the plan allows at the next step.</summary>
    public int Most => _plan.Plan.Most(State.Step, Log?.Shift);

    /// <summary>Makes one update.</summary>
    /// <exception cref="DivergenceException">Loss or gradient is not finite.</exception>
    public StepResult Step()
    {
        var (step, longest) = (State.Step, Longest);
        var batch = _stream.UpTo(step, _plan.Rows, longest);
        var program = Program(batch.RowLength, Math.Min(_plan.Task.Loops(longest), Most));
        var rate = _plan.Rate.At(step);
        var (loss, norm) = program.Run(batch, rate, step + 1);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new DivergenceException($"loss or gradient is not finite at step {step + 1}");
        }

        (State.Step, _last) = (step + 1, batch);
        if (Log is { Shift: null } log && log.Add(norm))
        {
            log.EndEpoch(ValidationLoss());
        }

        return new StepResult(
            step + 1, loss, norm, rate, longest, program.Settings.Loops, program.Rows * program.Length, program.Flops);
    }

    /// <summary>Share of the last batch's samples whose whole answer was right before the update.</summary>
    /// <exception cref="InvalidOperationException">No step has been made.</exception>
    public double Accuracy()
    {
        if (_program is null || _last is null)
        {
            throw new InvalidOperationException("there is no accuracy before the first step");
        }

        var logits = new float[_program.LogitCount];
        _program.ReadLogits(logits);
        var (right, row) = (0, logits.Length / _last.Count);
        for (var i = 0; i < _last.Count; i++)
        {
            var score = AnswerScore.Of(
                logits.AsSpan(i * row, row), _last.Targets.AsSpan(i * _last.RowLength, _last.RowLength));
            right += score.IsExact ? 1 : 0;
        }

        return (double)right / _last.Count;
    }

    /// <summary>Copies weights, moments and running mean to <see cref="State"/>.</summary>
    public void Store() => _program?.Store(State);

    /// <inheritdoc/>
    public void Dispose()
    {
        _program?.Dispose();
        _evaluator.Dispose();
    }

    private TrainingStep<float> Program(int length, int loops)
    {
        if (_program is null || _program.Length != length || _program.Settings.Loops != loops)
        {
            // The old program's memory goes before the new one's comes.
            Store();
            _program?.Dispose();
            _program = null;
            _program = new TrainingStep<float>(
                _plan.Model with { Loops = loops }, _plan.Rows, length, _plan.Update, _backend);
            _program.Load(State);
        }

        return _program;
    }

    /// <summary>One pass on a set that is the same each time.</summary>
    private double ValidationLoss()
    {
        Store();
        var stream = new TaskStream(_plan.Task, _plan.Seed, "validation");
        return Evaluation.Of(
        [
            .. Enumerable.Range(0, ValidationBatches).SelectMany(number => _evaluator.Read(
                stream.UpTo(number, _plan.Rows, _plan.Curriculum.End), StopRule.Given, most: 1)),
        ]).Loss;
    }
}
