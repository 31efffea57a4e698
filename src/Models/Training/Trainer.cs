using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Optimizers;

namespace Looped.Models.Training;

/// <summary>
/// The batches of one epoch. Each is an objective over the same parameters; a full-batch epoch has one, the training set.
/// </summary>
public interface IBatchSource
{
    /// <summary>Number of updates in an epoch.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>The gradient of batch <paramref name="batch"/> of an epoch, both counted from 0.</summary>
    /// <param name="epoch">Epoch.</param>
    /// <param name="batch">Batch in the epoch.</param>
    /// <param name="theta">(P,).</param>
    /// <param name="gradient">(P,), written.</param>
    void Gradient(int epoch, int batch, ReadOnlySpan<double> theta, Span<double> gradient);
}

/// <summary>
/// Trains a flat parameter vector on an objective and shows each epoch to an observer. The gradient at the end of an
/// epoch is the one that the next full-batch update uses, so that watching it costs nothing.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly GradientEvaluator _gradient;
    private readonly Optimizer _optimizer;
    private readonly IBatchSource? _batches;
    private readonly double[] _theta;
    private readonly double[] _current;
    private readonly double[] _batchGradient;
    private bool _begun;

    /// <summary>A trainer at a given initialisation.</summary>
    /// <param name="objective">The loss on the whole training set.</param>
    /// <param name="optimizer">The update rule.</param>
    /// <param name="initial">Theta at the start, (P,).</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Threads for the blocks of the objective.</param>
    /// <param name="batches">Smaller batches to train on; null for the whole set at once.</param>
    public Trainer(
        Objective objective,
        OptimizerSettings optimizer,
        ReadOnlySpan<double> initial,
        IBackend backend,
        WorkerTeam team,
        IBatchSource? batches = null)
        : this(objective, optimizer, new TrainingCheckpoint(0, initial.ToArray(), null), backend, team, batches)
    {
    }

    /// <summary>A trainer that goes on from a checkpoint: with the objective it was of, as if never stopped.</summary>
    /// <param name="objective">The loss on the whole training set.</param>
    /// <param name="optimizer">The update rule.</param>
    /// <param name="start">Where training stands.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Threads for the blocks of the objective.</param>
    /// <param name="batches">Smaller batches to train on; null for the whole set at once.</param>
    /// <exception cref="ArgumentException">The checkpoint is of other parameters or of another update rule.</exception>
    public Trainer(
        Objective objective,
        OptimizerSettings optimizer,
        TrainingCheckpoint start,
        IBackend backend,
        WorkerTeam team,
        IBatchSource? batches = null)
    {
        _gradient = new GradientEvaluator(objective, backend, team);
        _optimizer = new Optimizer(optimizer, objective.Layout.Size, backend);
        _batches = batches;
        _theta = start.Theta.ToArray();
        _current = new double[_theta.Length];
        _batchGradient = new double[_theta.Length];
        Epoch = start.Epoch;
        if (start.Optimizer is { } state)
        {
            _optimizer.Import(state);
        }

        Loss = _gradient.Evaluate(_theta, _current);
    }

    /// <summary>Epochs done.</summary>
    public int Epoch { get; private set; }

    /// <summary>Loss on the whole training set, at theta.</summary>
    public double Loss { get; private set; }

    /// <summary>Where training stands.</summary>
    public TrainingState State => new(Epoch, Loss, _theta, _current);

    /// <summary>
    /// Floating-point operations of one update on the whole set: loss, gradient and update rule (a multiply-add counts
    /// two). What watching costs is not among them.
    /// </summary>
    public long UpdateFlops => _gradient.Flops + _optimizer.Flops;

    /// <summary>A copy of all that training goes on from.</summary>
    public TrainingCheckpoint Export() => new(Epoch, _theta.ToArray(), _optimizer.Export());

    /// <summary>Trains up to an epoch. The observer sees the state at the very start, once, and after each epoch.</summary>
    /// <param name="epochs">Epochs in all.</param>
    /// <param name="observer">Who is shown each state.</param>
    /// <param name="cancellation">Stops training between epochs.</param>
    /// <param name="until">Asked after the observer has seen a state: whether to train no further; null for no.</param>
    /// <exception cref="OperationCanceledException">Training was stopped; what was observed stands.</exception>
    /// <exception cref="DivergenceException">Loss or gradient is not finite; what was observed stands.</exception>
    public void Run(
        int epochs, ITrainingObserver observer, CancellationToken cancellation, Func<bool>? until = null)
    {
        if (!_begun)
        {
            _begun = true;
            Show(observer);
        }

        while (Epoch < epochs && until?.Invoke() != true)
        {
            cancellation.ThrowIfCancellationRequested();
            RunEpoch();
            Show(observer);
        }
    }

    /// <summary>Trains one epoch: one update on the whole set, or one on each batch. Updates allocate nothing.</summary>
    public void RunEpoch()
    {
        if (_batches is null)
        {
            _optimizer.Step(_theta, _current);
        }
        else
        {
            for (var batch = 0; batch < _batches.BatchesPerEpoch; batch++)
            {
                _batches.Gradient(Epoch, batch, _theta, _batchGradient);
                _optimizer.Step(_theta, _batchGradient);
            }
        }

        Loss = _gradient.Evaluate(_theta, _current);
        Epoch++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradient.Dispose();
        _optimizer.Dispose();
    }

    private void Show(ITrainingObserver observer)
    {
        DivergenceException.ThrowUnlessFinite(Epoch, "loss", [Loss]);
        DivergenceException.ThrowUnlessFinite(Epoch, "gradient", _current);
        observer.Observe(State);
    }
}
