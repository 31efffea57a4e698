using Looped.Kernels;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Training;
using Looped.Studies.Toy;
using Looped.Tensors;

namespace Looped.Studies.ToyStudy;

/// <summary>A model at the end of training.</summary>
/// <param name="Architecture">The model.</param>
/// <param name="Theta">Its parameters, (P,); null where training diverged.</param>
public sealed record TrainedModel(ToyArchitecture Architecture, double[]? Theta);

/// <summary>Both models and SHIFT at the criterion's point, at the end of training.</summary>
public sealed record TrainedModels(TrainedModel Single, TrainedModel Looped, TrainedModel Shift);

/// <summary>Measures SHIFT under one seed in one world: every shift point is trained from the start.</summary>
public sealed class ShiftExperiment : IDisposable
{
    private readonly ToySettings _settings;
    private readonly MeasurementPlan _plan;
    private readonly IBackend _backend;
    private readonly WorkerTeam _team;
    private readonly Model _single;
    private readonly Model _looped;

    /// <summary>Prepares the experiment.</summary>
    public ShiftExperiment(ToySettings settings, ToyWorld world, MeasurementPlan plan, IBackend backend)
    {
        (_settings, _plan, _backend) = (settings, plan, backend);
        _team = new WorkerTeam(settings.Threads);
        var validation = SequenceSet.Draw(
            world.Language,
            ToyWorld.SequenceLength,
            plan.ValidationSamples,
            settings.Alpha,
            new Philox(settings.Seed, "validation"));
        _single = new Model(ToyArchitecture.Single, settings, world, validation, backend, _team);
        _looped = new Model(ToyArchitecture.Looped, settings, world, validation, backend, _team);
    }

    /// <summary>Trains and measures.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public (ShiftPart Part, TrainedModels Models) Run(CancellationToken cancellation)
    {
        var epochs = _settings.Epochs;
        var sweep = MeasurementPlan.PointsWithin(epochs)
            .Select(point => Train(new FixedShift(point), cancellation))
            .ToList();
        var (looped, single) = (sweep[0], sweep[^1]);
        var chosen = Train(_plan.Criterion, cancellation);
        var cost = Cost();
        var part = new ShiftPart(
            epochs,
            chosen.Plateau,
            chosen.Shift < epochs ? chosen.Shift : null,
            [.. single.First.Rows.Select(row => row.ValidationLoss)],
            [.. single.First.Rows.Select(row => row.GradientNorm)],
            [.. chosen.First.Rows.SkipLast(chosen.Second.Rows.Count > 0 ? 1 : 0).Concat(chosen.Second.Rows).Select(row => row.Accuracy)],
            [.. sweep.Select(Outcome)],
            Outcome(chosen),
            cost.Single,
            cost.Looped);
        return (part, new TrainedModels(Trained(single), Trained(looped), Trained(chosen)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _single.Dispose();
        _looped.Dispose();
        _team.Dispose();
    }

    private Training Train(ShiftRule rule, CancellationToken cancellation)
    {
        using var trainer = new ShiftTrainer(
            _single.Stage,
            _looped.Stage,
            _settings.OptimizerSettings,
            rule,
            _single.Validation,
            _backend,
            _team,
            _plan.Handover == OptimizerHandover.Keep);
        var (first, second) = (new Curve(_single), new Curve(_looped));
        try
        {
            trainer.Run(_settings.Epochs, first, second, cancellation);
        }
        catch (DivergenceException)
        {
            // What was seen stands; what was not reached is not a number.
        }

        return new Training(first, second, trainer.Plateau, trainer.Shift);
    }

    private (EpochCost Single, EpochCost Looped) Cost()
    {
        using var single = _single.Trainer();
        using var looped = _looped.Trainer();
        return EpochCost.Measure(single, looped, _single.Stage.Batches?.BatchesPerEpoch ?? 1);
    }

    private TrainedModel Trained(Training training)
    {
        var last = training.Last;
        return new TrainedModel(
            last.Model.Architecture, last.Rows.Count > 0 && last.Rows[^1].Epoch == _settings.Epochs ? last.Theta : null);
    }

    private ShiftOutcome Outcome(Training training)
    {
        var epochs = _settings.Epochs;
        var rows = training.Last.Rows;
        var late = rows.Where(row => row.Epoch > epochs - Math.Max(1, epochs / 20)).ToList();
        var isWhole = rows.Count > 0 && rows[^1].Epoch == epochs;
        var point = training.Shift is { } shift && shift < epochs ? shift : epochs;
        var (drop, recovery) = (double.NaN, double.NaN);
        if (point > 0 && training.Second.Rows is [var after, ..])
        {
            var before = training.First.Rows[^1].Accuracy;
            drop = before - after.Accuracy;
            var back = training.Second.Rows.Find(row => row.Accuracy >= before - ShiftOutcome.RecoveryMargin);
            recovery = back is null ? double.PositiveInfinity : back.Epoch - point;
        }

        return new ShiftOutcome(
            point,
            Late(row => row.Accuracy),
            Late(row => row.ValidationAccuracy),
            Late(row => row.ValidationLoss),
            drop,
            recovery);

        double Late(Func<Row, double> measure) => isWhole ? late.Average(measure) : double.NaN;
    }

    /// <summary>What is known of a model at one epoch.</summary>
    private sealed record Row(
        int Epoch, double Accuracy, double ValidationAccuracy, double ValidationLoss, double GradientNorm);

    /// <summary>One run of SHIFT: both stages, and what the rule chose.</summary>
    private sealed record Training(Curve First, Curve Second, int? Plateau, int? Shift)
    {
        public Curve Last => Second.Rows.Count > 0 ? Second : First;
    }

    /// <summary>One of the models with what it is trained on and judged by.</summary>
    private sealed class Model : IDisposable
    {
        private readonly ToySettings _settings;
        private readonly IBackend _backend;
        private readonly WorkerTeam _team;
        private readonly ToyBatches? _batches;

        public Model(
            ToyArchitecture architecture,
            ToySettings settings,
            ToyWorld world,
            SequenceSet validation,
            IBackend backend,
            WorkerTeam team)
        {
            (Architecture, _settings, _backend, _team) = (architecture, settings, backend, team);
            var model = settings.Model(architecture);
            var objective = ToyObjective.Of(
                model,
                settings.Contexts == ContextForm.All ? Contexts.AllSamples(world.Samples) : world.Contexts,
                world.Embedding);
            _batches = settings.Batch == 0 ? null : new ToyBatches(
                model, world.Samples, settings.Batch, world.Embedding, settings.Seed, backend, team);
            Stage = new ShiftStage(
                objective,
                ToyObjective.Initialize(model, objective.Layout, settings.Seed, settings.InitialScale),
                _batches);
            Training = new ToyEvaluation(model, world.Contexts, world.Groups, world.Embedding, backend);
            Validation = new ToyEvaluation(
                model, Contexts.Distinct(validation), new InformationGroups(validation), world.Embedding, backend);
        }

        public ToyArchitecture Architecture { get; }

        public ShiftStage Stage { get; }

        public ToyEvaluation Training { get; }

        public ToyEvaluation Validation { get; }

        public Trainer Trainer() =>
            new(Stage.Objective, _settings.OptimizerSettings, Stage.Initial, _backend, _team, _batches);

        public void Dispose()
        {
            Training.Dispose();
            Validation.Dispose();
            _batches?.Dispose();
        }
    }

    /// <summary>Measures a model at each epoch of its stage.</summary>
    private sealed class Curve(Model model) : ITrainingObserver
    {
        public Model Model => model;

        public List<Row> Rows { get; } = [];

        public double[] Theta { get; private set; } = [];

        public void Observe(in TrainingState state)
        {
            var (loss, accuracy) = model.Validation.Evaluate(state.Theta);
            Rows.Add(new Row(
                state.Epoch,
                model.Training.Evaluate(state.Theta).Accuracy.Total,
                accuracy.Total,
                loss,
                state.GradientNorm));
            Theta = state.Theta.ToArray();
        }
    }
}
