using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Optimizers;

namespace Looped.Models.Training;

/// <summary>One of SHIFT's two models.</summary>
/// <param name="Objective">Its loss on the whole training set.</param>
/// <param name="Initial">Its initialisation, (P,). Of the second model only parameters that the first lacks use it.</param>
/// <param name="Batches">Smaller batches to train on; null for the whole set at once.</param>
public sealed record ShiftStage(Objective Objective, double[] Initial, IBatchSource? Batches = null);

/// <summary>
/// SHIFT (Gong, Teng and Liu): the first model is trained until a rule says so, then the second goes on from the same
/// parameters, which the two share by name. Optimizer and epochs go on as if nothing had happened, unless the optimizer
/// is to start anew. A shift after epoch 0 is the second model alone, one at or after the last epoch the first alone.
/// </summary>
public sealed class ShiftTrainer : IDisposable
{
    private readonly ShiftStage _second;
    private readonly ParameterLayout _layout;
    private readonly OptimizerSettings _optimizer;
    private readonly IValidation? _validation;
    private readonly bool _keepsOptimizer;
    private readonly IBackend _backend;
    private readonly WorkerTeam _team;
    private readonly Trainer _firstTrainer;
    private readonly ShiftWatch _watch;
    private Trainer? _secondTrainer;

    /// <summary>A trainer before its first epoch.</summary>
    /// <param name="first">The first model.</param>
    /// <param name="second">The second model.</param>
    /// <param name="optimizer">The update rule of both.</param>
    /// <param name="rule">When the second takes over.</param>
    /// <param name="validation">The first model's validation loss; null where the rule needs none.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Threads for the blocks of the objectives.</param>
    /// <param name="keepsOptimizer">Whether the second goes on with the optimizer's state and number of steps.</param>
    /// <exception cref="ArgumentException">The rule needs a validation loss and there is none.</exception>
    public ShiftTrainer(
        ShiftStage first,
        ShiftStage second,
        OptimizerSettings optimizer,
        ShiftRule rule,
        IValidation? validation,
        IBackend backend,
        WorkerTeam team,
        bool keepsOptimizer = true)
    {
        if (rule.NeedsValidation && validation is null)
        {
            throw new ArgumentException($"{rule} needs a validation loss");
        }

        (_second, _optimizer, _keepsOptimizer, _backend, _team) = (second, optimizer, keepsOptimizer, backend, team);
        _validation = rule.NeedsValidation ? validation : null;
        _layout = first.Objective.Layout;
        _watch = rule.Watch();
        _firstTrainer = new Trainer(first.Objective, optimizer, first.Initial, backend, team, first.Batches);
    }

    /// <summary>The epoch at which the rule found a plateau; null where it has not, or looks for none.</summary>
    public int? Plateau => _watch.Plateau;

    /// <summary>Epochs of the first stage, once it is over by the rule; null before.</summary>
    public int? Shift => _watch.Shift;

    /// <summary>Epochs done, of both stages.</summary>
    public int Epoch => Current.Epoch;

    /// <summary>Where training stands, in the parameters of the model of the present stage.</summary>
    public TrainingState State => Current.State;

    private Trainer Current => _secondTrainer ?? _firstTrainer;

    /// <summary>Trains up to an epoch.</summary>
    /// <param name="epochs">Epochs of both stages.</param>
    /// <param name="first">Is shown the first model at epoch 0 and after each epoch of its stage.</param>
    /// <param name="second">
    /// Is shown the second model with the parameters that it takes over, at the epoch of the shift, and after each epoch
    /// of its stage; a shift that leaves it no epoch does not happen.
    /// </param>
    /// <param name="cancellation">Stops training between epochs; a further call goes on.</param>
    /// <exception cref="OperationCanceledException">Training was stopped; what was observed stands.</exception>
    /// <exception cref="DivergenceException">Loss or gradient is not finite; what was observed stands.</exception>
    public void Run(int epochs, ITrainingObserver first, ITrainingObserver second, CancellationToken cancellation)
    {
        if (_secondTrainer is null)
        {
            var watched = new Watched(first, _watch, _validation);
            _firstTrainer.Run(epochs, watched, cancellation, () => _watch.Shift is not null);
            if (_watch.Shift is null || _firstTrainer.Epoch >= epochs)
            {
                return;
            }

            _secondTrainer = new Trainer(
                _second.Objective,
                _optimizer,
                _firstTrainer.Export().Carry(_layout, _second.Objective.Layout, _second.Initial, _keepsOptimizer),
                _backend,
                _team,
                _second.Batches);
        }

        _secondTrainer.Run(epochs, second, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _firstTrainer.Dispose();
        _secondTrainer?.Dispose();
    }

    /// <summary>An observer whose states the watch sees too.</summary>
    private sealed class Watched(ITrainingObserver observer, ShiftWatch watch, IValidation? validation) : ITrainingObserver
    {
        public void Observe(in TrainingState state)
        {
            watch.Observe(state.Epoch, validation?.Loss(state.Theta) ?? double.NaN, state.GradientNorm);
            observer.Observe(state);
        }
    }
}
