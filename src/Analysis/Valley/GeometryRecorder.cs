using Looped.Analysis.Curvature;
using Looped.Kernels;
using Looped.Models.Training;

namespace Looped.Analysis;

/// <summary>How training's motion in valley and river is measured.</summary>
/// <param name="Valley">Where the valley begins.</param>
/// <param name="Window">Steps of a window, whose first Hessian gives its valley and river; at least 2.</param>
/// <param name="Rate">eta of the cumulative force: the step of gradient descent, or the nominal one of another rule.</param>
/// <param name="LastEpoch">The last epoch.</param>
public sealed record GeometrySchedule(ValleyCriteria Valley, int Window, double Rate, int LastEpoch)
{
    /// <summary>The k of the gradient's top-k shares.</summary>
    public static IReadOnlyList<int> TopCounts { get; } = [1, 3, 10];
}

/// <summary>Gradient, update and Hessian of one epoch in valley and river.</summary>
/// <param name="Epoch">Epoch; 0 is the initialisation.</param>
/// <param name="Gradient">Shares of the gradient, in the valley and river of this epoch.</param>
/// <param name="Update">Shares of the update that led here, in valley and river of the epoch before; NaN at epoch 0.</param>
/// <param name="Top">
/// Shares of the gradient in the spans of the eigenvectors of the k largest eigenvalues, for each k of
/// <see cref="GeometrySchedule.TopCounts"/>.
/// </param>
/// <param name="Blocks">Norms of the Hessian's blocks in the basis of its window's first epoch.</param>
public sealed record MotionRow(
    int Epoch, MotionShares Gradient, MotionShares Update, IReadOnlyList<double> Top, BlockNorms Blocks);

/// <summary>
/// Watches how training moves in the valley and river of its Hessians, with the decompositions that a
/// <see cref="SpectrumRecorder"/> makes of every epoch. It must be shown each state after the recorder. The windows
/// follow one another; what is left at the end makes a last one if it has two steps.
/// </summary>
public sealed class GeometryRecorder : ITrainingObserver
{
    private readonly SpectrumRecorder _spectrum;
    private readonly GeometrySchedule _schedule;
    private readonly StructuralNullSpace _nullSpace;
    private readonly WorkerTeam _team;
    private readonly double[] _before;
    private readonly double[] _update;
    private readonly List<MotionRow> _rows = [];
    private readonly List<WindowRow> _windows = [];
    private ValleyBasis? _previous;
    private ValleyWindow? _window;

    /// <summary>A recorder beside one of spectra.</summary>
    /// <param name="spectrum">Who decomposes the Hessian of every epoch.</param>
    /// <param name="schedule">How.</param>
    /// <param name="nullSpace">The structural null space of the model.</param>
    /// <param name="team">Threads of products and eigenvalues.</param>
    /// <exception cref="ArgumentException">A window has fewer than two steps.</exception>
    public GeometryRecorder(
        SpectrumRecorder spectrum, GeometrySchedule schedule, StructuralNullSpace nullSpace, WorkerTeam team)
    {
        if (schedule.Window < 2)
        {
            throw new ArgumentException($"A window must have at least 2 steps, not {schedule.Window}.", nameof(schedule));
        }

        (_spectrum, _schedule, _nullSpace, _team) = (spectrum, schedule, nullSpace, team);
        (_before, _update) = (new double[nullSpace.Size], new double[nullSpace.Size]);
    }

    /// <summary>A row for each epoch so far.</summary>
    public IReadOnlyList<MotionRow> Rows => _rows;

    /// <summary>A row for each window that has ended.</summary>
    public IReadOnlyList<WindowRow> Windows => _windows;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The recorder of spectra has not decomposed this epoch's Hessian.</exception>
    public void Observe(in TrainingState state)
    {
        if (_spectrum.Current is not { } current || current.Epoch != state.Epoch)
        {
            throw new InvalidOperationException(
                $"Geometry needs the Hessian of every epoch, but that of epoch {state.Epoch} was not decomposed.");
        }

        var update = new MotionShares(double.NaN, double.NaN, double.NaN);
        if (_previous is not null)
        {
            for (var i = 0; i < _update.Length; i++)
            {
                _update[i] = state.Theta[i] - _before[i];
            }

            update = MotionShares.Of(_update, _previous, _nullSpace);
        }

        _window?.AddStep(state.Theta);
        if (_window?.Steps == _schedule.Window)
        {
            EndWindow();
        }

        _window ??= new ValleyWindow(state, current, _schedule.Valley, _nullSpace, _schedule.Rate, _team);
        var blocks = _window.AddHessian(state.Theta, _spectrum.Hessian);
        state.Theta.CopyTo(_before);
        _previous = new ValleyBasis(current.Values, current.Vectors, _schedule.Valley);
        _rows.Add(new MotionRow(
            state.Epoch, MotionShares.Of(state.Gradient, _previous, _nullSpace), update, Top(state.Gradient, current), blocks));
        if (state.Epoch == _schedule.LastEpoch && _window.Steps > 1)
        {
            EndWindow();
        }
    }

    private static double[] Top(ReadOnlySpan<double> gradient, HessianDecomposition current)
    {
        var shares = new double[GeometrySchedule.TopCounts.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = MotionShares.Top(
                gradient, current.Vectors, Math.Min(GeometrySchedule.TopCounts[i], current.Values.Length));
        }

        return shares;
    }

    private void EndWindow()
    {
        _windows.Add(_window!.Row());
        _window = null;
    }
}
