using System.Diagnostics;
using Looped.Kernels;
using Looped.Models.Recurrent;
using Looped.Models.Training;
using Looped.Studies.Settings;
using Looped.Tensors.IO;

namespace Looped.Studies.Algorithmic;

/// <summary>How far a run is.</summary>
/// <param name="Steps">Steps in all.</param>
/// <param name="Row">The last row of its metrics.</param>
/// <param name="Inside">The last evaluation within the lengths of training; null before the first.</param>
/// <param name="Outside">The last evaluation beyond them; null before the first.</param>
public sealed record RunProgress(long Steps, MetricsRow Row, Evaluation? Inside, Evaluation? Outside);

/// <summary>
/// Trains a model on an algorithmic task and leaves config, metrics, curves, checkpoints, accuracy by length and the final
/// weights in a folder. A run that was killed goes on from its newest checkpoint and ends with the same bits as one that was
/// left alone, times aside.
/// </summary>
public sealed class AlgorithmicRun : IDisposable
{
    /// <summary>The last state of training.</summary>
    public const string FinalName = "final.safetensors";

    /// <summary>Accuracy by length at the end.</summary>
    public const string LengthsName = "lengths.csv";

    private readonly AlgorithmicSettings _settings;
    private readonly AlgorithmicSettings _resolved;
    private readonly RunFolder _folder;
    private readonly CheckpointFolder _checkpoints;
    private readonly DecoderTrainer _trainer;
    private readonly TrainingPlan _plan;
    private readonly RunEvaluation _evaluation;
    private readonly RunRecords _records;
    private readonly TimeSpan _before;
    private readonly Stopwatch _clock = new();
    private long _flops;
    private long _tokens;
    private TimeSpan _rowTime;
    private Evaluation? _inside;
    private Evaluation? _outside;

    /// <summary>Opens a run in a folder: at its newest sound checkpoint, or before its first step.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="leftOut">Is told of each checkpoint that is damaged.</param>
    /// <exception cref="SettingException">Settings contradict each other.</exception>
    /// <exception cref="RunFolderException">The folder holds another run.</exception>
    /// <exception cref="InvalidDataException">Its files are of another run.</exception>
    public AlgorithmicRun(AlgorithmicSettings settings, RunFolder folder, IBackend backend, Action<string> leftOut)
    {
        (_settings, _resolved, _folder) = (settings, settings.Resolve(), folder);
        _plan = settings.Plan();
        RunConfiguration.Claim(settings, folder);
        _checkpoints = new CheckpointFolder(folder, settings.Keep);
        _checkpoints.DeleteRemains();
        var stored = _checkpoints.Newest(FinalName, leftOut);
        if (stored is not null && stored.Settings != RunConfiguration.Line(settings))
        {
            throw new InvalidDataException(
                $"the checkpoints in {folder.Path} are of a run with other settings than its config.json; " +
                "--out names another folder");
        }

        var criterion = _plan.Plan as ShiftByCriterion;
        _trainer = new DecoderTrainer(
            _plan,
            stored?.State ?? DecoderState<float>.Initialize(_plan.Model, _plan.Seed, _plan.Update.Average > 0),
            criterion is null ? null : stored?.ShiftLog(criterion) ?? new ShiftLog(criterion),
            backend);
        _flops = stored?.Flops ?? 0;
        _evaluation = new RunEvaluation(
            _plan.Task,
            new Evaluator(_plan.Model, _plan.Task, _trainer.State.Best, backend),
            _plan.Seed,
            settings.Stop,
            _plan.Rows);
        _records = new RunRecords(folder, Step);
        _before = TimeSpan.FromSeconds(_records.Seconds);
    }

    /// <summary>Steps made.</summary>
    public long Step => _trainer.State.Step;

    /// <summary>Steps in all.</summary>
    public long Steps => _resolved.Steps!.Value;

    /// <summary>
    /// Who is shown the state each so many steps and at the end, as a checkpoint would hold it; must not change it. Null for none.
    /// </summary>
    public (long Every, Action<DecoderCheckpoint> Show)? Observer { get; init; }

    /// <summary>Accuracy by length at the end; null before.</summary>
    public IReadOnlyList<LengthResult>? ByLength { get; private set; }

    /// <summary>Trains to the end, if it is not there yet. A run that is stopped leaves a checkpoint.</summary>
    /// <param name="progress">Is shown each new row of the metrics.</param>
    /// <param name="cancellation">Stops training between steps.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="DivergenceException">Loss or gradient is not finite.</exception>
    /// <exception cref="IOException">A file cannot be written; earlier checkpoints stand.</exception>
    public void Run(Action<RunProgress> progress, CancellationToken cancellation)
    {
        if (Step == Steps)
        {
            return;
        }

        while (Step < Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Checkpoint();
                cancellation.ThrowIfCancellationRequested();
            }

            _clock.Start();
            var result = _trainer.Step();
            _clock.Stop();
            _flops += result.Flops;
            _tokens += result.Tokens;
            var isEvaluated = Step % _resolved.EvaluateEvery!.Value == 0 || Step == Steps;

            // What the switch to loops costs shows in the first step after it alone.
            var isSwitch = _plan.Plan.Switch(_trainer.Log?.Shift) == Step - 1;
            if (isEvaluated || isSwitch || Step % _settings.LogEvery == 0)
            {
                progress(Log(result, isEvaluated));
            }

            if (Step % _settings.CheckpointEvery == 0 && Step < Steps)
            {
                Checkpoint();
            }

            if (Observer is { } observer && (Step % observer.Every == 0 || Step == Steps))
            {
                observer.Show(State());
            }
        }

        Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _records.Dispose();
        _evaluation.Dispose();
        _trainer.Dispose();
    }

    private RunProgress Log(StepResult result, bool isEvaluated)
    {
        var accuracy = _trainer.Accuracy();
        if (isEvaluated)
        {
            _trainer.Store();
            var (longest, samples) = (_plan.Curriculum.Longest(Step - 1), _resolved.Samples!.Value);
            _inside = _evaluation.Between(1, longest, samples, _trainer.Most);
            _outside = _evaluation.Between(_plan.Curriculum.End + 1, _resolved.TestTo!.Value, samples, _trainer.Most);
        }

        var since = (_clock.Elapsed - _rowTime).TotalSeconds;
        var row = new MetricsRow(
            result,
            accuracy,
            _flops,
            isEvaluated ? _inside : null,
            isEvaluated ? _outside : null,
            (_before + _clock.Elapsed).TotalSeconds,
            since > 0 ? _tokens / since : 0);
        (_rowTime, _tokens) = (_clock.Elapsed, 0);
        _records.Append(row);
        return new RunProgress(Steps, row, _inside, _outside);
    }

    private void Checkpoint()
    {
        // The rows up to here must not be newer on the disk than the checkpoint that relies on them.
        _records.Flush();
        _checkpoints.Write(State());
    }

    private void Finish()
    {
        _trainer.Store();
        int[] lengths = [.. Enumerable.Range(1, _resolved.TestTo!.Value)];
        ByLength = [.. _evaluation.ByLength(lengths, _resolved.FinalSamples!.Value, _trainer.Most)];
        AtomicFile.WriteText(_folder.PathOf(LengthsName), RunEvaluation.Table(ByLength));
        _records.Flush();
        State().Write(_folder.PathOf(FinalName));
    }

    private DecoderCheckpoint State()
    {
        _trainer.Store();
        var log = _trainer.Log;
        return new DecoderCheckpoint
        {
            Task = _plan.Task,
            Model = _plan.Model,
            State = _trainer.State,
            Seed = _plan.Seed,
            Most = _trainer.Most,
            Longest = _plan.Curriculum.Longest(Math.Max(Step - 1, 0)),
            Flops = _flops,
            Settings = RunConfiguration.Line(_settings),
            Shift = log is null ? [[], [], []] : [[.. log.Losses], [.. log.Norms], [.. log.StepNorms]],
        };
    }
}
