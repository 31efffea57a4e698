using System.Diagnostics;
using Looped.Analysis.Curvature;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Training;

namespace Looped.Studies.Toy;

/// <summary>What is known of a model at one epoch.</summary>
/// <param name="Epoch">Epoch; 0 is the initialisation.</param>
/// <param name="Loss">Mean cross-entropy on the training set, in nats.</param>
/// <param name="Accuracy">Accuracy on the training set and its groups.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient.</param>
/// <param name="Spectrum">The Hessian's spectrum; null at epochs where none is taken.</param>
public sealed record ToyRow(
    int Epoch, double Loss, Accuracies Accuracy, double GradientNorm, SpectrumRow? Spectrum);

/// <summary>Where the time of a run went.</summary>
/// <param name="Compilation">Tracing, differentiation and compilation.</param>
/// <param name="Training">Gradients and updates.</param>
/// <param name="Hessian">Exact Hessians.</param>
/// <param name="Decomposition">Eigendecompositions.</param>
/// <param name="Measures">Accuracy, entropy, mutual information, valley.</param>
public sealed record ToyTimes(
    TimeSpan Compilation, TimeSpan Training, TimeSpan Hessian, TimeSpan Decomposition, TimeSpan Measures);

/// <summary>Makes an observer of a training run that is measured already.</summary>
/// <param name="objective">The training loss.</param>
/// <param name="recorder">The Hessian's decompositions of the epochs that are recorded.</param>
/// <param name="team">Threads of the run.</param>
public delegate ITrainingObserver CompanionFactory(Objective objective, SpectrumRecorder recorder, WorkerTeam team);

/// <summary>Trains one model and measures it at every epoch. Rows can be read from other threads while it runs.</summary>
public sealed class ToyModelRun : ITrainingObserver
{
    private readonly ToySettings _settings;
    private readonly ToyWorld _world;
    private readonly IBackend _backend;
    private readonly int _threads;
    private readonly CompanionFactory? _companion;
    private readonly Objective _objective;
    private readonly List<ToyRow> _rows = [];
    private readonly Lock _lock = new();
    private ToyPredictor? _predictor;
    private SpectrumRecorder? _recorder;
    private GroupAccuracy? _accuracy;
    private ITrainingObserver? _next;
    private TimeSpan _compilation;
    private TimeSpan _accuracyTime;
    private TimeSpan _companionTime;
    private long _started;

    /// <summary>A run of one model.</summary>
    /// <param name="settings">Settings of the study.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="world">Data and embedding.</param>
    /// <param name="backend">What runs the programs.</param>
    /// <param name="threads">Threads of this model.</param>
    /// <param name="companion">Makes another observer, which is shown each state after the spectrum; null for none.</param>
    public ToyModelRun(
        ToySettings settings,
        ToyArchitecture architecture,
        ToyWorld world,
        IBackend backend,
        int threads,
        CompanionFactory? companion = null)
    {
        (_settings, _world, _backend, _threads, _companion) = (settings, world, backend, threads, companion);
        Architecture = architecture;
        _objective = ToyObjective.Of(
            settings.Model(architecture),
            settings.Contexts == ContextForm.All ? Contexts.AllSamples(world.Samples) : world.Contexts,
            world.Embedding);
    }

    /// <summary>The model.</summary>
    public ToyArchitecture Architecture { get; }

    /// <summary>The model's name in files: <c>single</c> or <c>looped</c>.</summary>
    public string Name => Architecture.ToString().ToLowerInvariant();

    /// <summary>Theta at the latest row, (P,); empty before the first.</summary>
    public double[] Theta { get; private set; } = [];

    /// <summary>Length of theta.</summary>
    public int ParameterCount => _objective.Layout.Size;

    /// <summary>The latest row; null before the first.</summary>
    public ToyRow? Latest { get; private set; }

    /// <summary>Where the time went so far.</summary>
    public ToyTimes Times { get; private set; } = new(default, default, default, default, default);

    /// <summary>Why training ended before the last epoch, in a sentence; null where it did not, or was stopped.</summary>
    public string? Divergence { get; private set; }

    /// <summary>The rows so far.</summary>
    public IReadOnlyList<ToyRow> Rows()
    {
        lock (_lock)
        {
            return [.. _rows];
        }
    }

    /// <summary>Trains to the last epoch, or to the last one with finite numbers.</summary>
    /// <param name="cancellation">Stops between epochs; the rows so far stand.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var model = _settings.Model(Architecture);
        using var team = new WorkerTeam(_threads);
        using var batches = _settings.Batch == 0 ? null : new ToyBatches(
            model, _world.Samples, _settings.Batch, _world.Embedding, _settings.Seed, _backend, team);
        using var recorder = new SpectrumRecorder(
            _objective,
            new SpectrumSchedule(
                _settings.SpectrumEvery, _settings.Epochs, _settings.Information, _settings.Valley),
            _backend,
            team);
        using var predictor = new ToyPredictor(
            model, _world.Contexts.Tokens, _world.Contexts.Length, _world.Embedding, _backend);
        (_recorder, _predictor) = (recorder, predictor);
        _accuracy = new GroupAccuracy(_world.Contexts, _world.Groups);
        using var trainer = new Trainer(
            _objective,
            _settings.OptimizerSettings,
            ToyObjective.Initialize(model, _objective.Layout, _settings.Seed, _settings.InitialScale),
            _backend,
            team,
            batches);
        _next = _companion?.Invoke(_objective, recorder, team);
        _compilation = Stopwatch.GetElapsedTime(start);
        _started = Stopwatch.GetTimestamp();
        try
        {
            trainer.Run(_settings.Epochs, this, cancellation);
        }
        catch (DivergenceException failure)
        {
            Divergence = failure.Message;
        }
    }

    void ITrainingObserver.Observe(in TrainingState state)
    {
        var start = Stopwatch.GetTimestamp();
        var accuracy = _accuracy!.Measure(_predictor!.Predict(state.Theta));
        _accuracyTime += Stopwatch.GetElapsedTime(start);
        _recorder!.Observe(state);
        var spectrum = _recorder.Latest is { } latest && latest.Epoch == state.Epoch ? latest : null;
        var row = new ToyRow(state.Epoch, state.Loss, accuracy, state.GradientNorm, spectrum);
        start = Stopwatch.GetTimestamp();
        _next?.Observe(state);
        _companionTime += Stopwatch.GetElapsedTime(start);
        var measures = _accuracyTime + _companionTime + _recorder.MeasureTime;
        Theta = [.. state.Theta];
        lock (_lock)
        {
            _rows.Add(row);
        }

        Latest = row;
        Times = new ToyTimes(
            _compilation,
            Stopwatch.GetElapsedTime(_started) - measures - _recorder.HessianTime - _recorder.DecompositionTime,
            _recorder.HessianTime,
            _recorder.DecompositionTime,
            measures);
    }
}
