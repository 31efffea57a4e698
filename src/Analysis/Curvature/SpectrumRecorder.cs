using System.Diagnostics;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Training;

namespace Looped.Analysis.Curvature;

/// <summary>The two readings of the mutual information of neighbouring epochs.</summary>
public enum InformationReading
{
    /// <summary>Through eigenvectors: <see cref="MutualInformation.Eigenbasis"/>.</summary>
    Eigenbasis,

    /// <summary>Through Hadamard products: <see cref="MutualInformation.MatrixBased"/>.</summary>
    Matrix,
}

/// <summary>What to measure of Hessians along training.</summary>
/// <param name="Every">The Hessian of every so many epochs, and of the last one.</param>
/// <param name="LastEpoch">The last epoch.</param>
/// <param name="Reading">Which mutual information.</param>
/// <param name="Valley">Where the valley begins.</param>
public sealed record SpectrumSchedule(
    int Every, int LastEpoch, InformationReading Reading, ValleyCriteria Valley)
{
    /// <summary>Whether an epoch's spectrum is recorded.</summary>
    public bool Records(int epoch) => epoch % Every == 0 || epoch == LastEpoch;
}

/// <summary>The Hessian's spectrum at one epoch and what follows from it.</summary>
/// <param name="Epoch">Epoch; 0 is the initialisation.</param>
/// <param name="Values">All eigenvalues, ascending.</param>
/// <param name="Entropy">Matrix entropy E, in nats.</param>
/// <param name="Information">Mutual information with the epoch before, in nats; NaN at epoch 0.</param>
/// <param name="InformationBound">What the information is at most: E, or the smaller S, of the epoch before; NaN at epoch 0.</param>
/// <param name="Valley">Valley and river.</param>
public sealed record SpectrumRow(
    int Epoch, double[] Values, double Entropy, double Information, double InformationBound, Valley Valley);

/// <summary>
/// Watches training through the exact Hessian: its whole spectrum, entropy, mutual information with the epoch before, and
/// valley. One decomposition an epoch serves all of them, and whoever looks at <see cref="Current"/> after an observation;
/// the one of the epoch before is kept, or made where it is not recorded itself.
/// </summary>
public sealed class SpectrumRecorder : ITrainingObserver, IDisposable
{
    private readonly SpectrumSchedule _schedule;
    private readonly HessianEvaluator _hessian;
    private readonly SymmetricEigensolver _solver;
    private readonly MutualInformationWorkspace _workspace;
    private readonly double[] _matrix;
    private HessianDecomposition _previous;
    private HessianDecomposition _current;
    private int _decompositions;

    /// <summary>A recorder for an objective.</summary>
    /// <param name="objective">The loss whose Hessian is taken.</param>
    /// <param name="schedule">What to record.</param>
    /// <param name="backend">What runs the Hessian.</param>
    /// <param name="team">Threads of the Hessian and of what is measured of it.</param>
    public SpectrumRecorder(Objective objective, SpectrumSchedule schedule, IBackend backend, WorkerTeam team)
    {
        _schedule = schedule;
        _hessian = new HessianEvaluator(objective, backend, team);
        var size = objective.Layout.Size;
        _solver = new SymmetricEigensolver(size, team);
        _workspace = new MutualInformationWorkspace(size, team);
        _matrix = new double[size * size];
        _previous = new HessianDecomposition(size);
        _current = new HessianDecomposition(size);
    }

    /// <summary>The latest row; null before the first.</summary>
    public SpectrumRow? Latest { get; private set; }

    /// <summary>The latest decomposition, of the epoch observed last if that is recorded or comes before one that is; null before the first.</summary>
    public HessianDecomposition? Current => _decompositions > 0 ? _current : null;

    /// <summary>The decomposition before <see cref="Current"/>; null before the second.</summary>
    public HessianDecomposition? Previous => _decompositions > 1 ? _previous : null;

    /// <summary>The Hessian of <see cref="Current"/>, (P,P) row-major and exactly symmetric; the next observation overwrites it.</summary>
    public ReadOnlySpan<double> Hessian => _matrix;

    /// <summary>Time spent on Hessians.</summary>
    public TimeSpan HessianTime { get; private set; }

    /// <summary>Time spent on eigendecompositions.</summary>
    public TimeSpan DecompositionTime { get; private set; }

    /// <summary>Time spent on entropy, mutual information and valley geometry.</summary>
    public TimeSpan MeasureTime { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The Hessian is not finite.</exception>
    public void Observe(in TrainingState state)
    {
        var records = _schedule.Records(state.Epoch);
        if (!records && !_schedule.Records(state.Epoch + 1))
        {
            return;
        }

        (_previous, _current) = (_current, _previous);
        Decompose(state);
        if (records)
        {
            var start = Stopwatch.GetTimestamp();
            Latest = Measure(state.Epoch);
            MeasureTime += Stopwatch.GetElapsedTime(start);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hessian.Dispose();

    private void Decompose(in TrainingState state)
    {
        var start = Stopwatch.GetTimestamp();
        _hessian.Evaluate(state.Theta, _matrix);
        HessianTime += Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        DivergenceException.ThrowUnlessFinite(state.Epoch, "Hessian", _matrix);
        Symmetrize(_matrix, _current.Values.Length);
        _solver.Decompose(_matrix, _current.WritableValues, _current.WritableVectors);
        _current.Epoch = state.Epoch;
        _decompositions++;
        DecompositionTime += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>
    /// Averages a Hessian with its transpose. Where the loss is nearly zero all of the Hessian is a difference of numbers
    /// of order one, and what rounding leaves of its symmetry is less than the solver asks of a matrix from outside.
    /// </summary>
    internal static void Symmetrize(Span<double> matrix, int size)
    {
        // The transposed elements of a square of this side stay in the first-level cache.
        const int Side = 32;
        for (var top = 0; top < size; top += Side)
        {
            for (var left = 0; left <= top; left += Side)
            {
                for (var row = top; row < Math.Min(top + Side, size); row++)
                {
                    for (var column = left; column < Math.Min(left + Side, row); column++)
                    {
                        ref var below = ref matrix[(row * size) + column];
                        ref var above = ref matrix[(column * size) + row];
                        below = above = (0.5 * below) + (0.5 * above);
                    }
                }
            }
        }
    }

    private SpectrumRow Measure(int epoch)
    {
        var (information, bound) = (double.NaN, double.NaN);
        if (epoch > 0 && _schedule.Reading == InformationReading.Eigenbasis)
        {
            var result = MutualInformation.Eigenbasis(
                _previous.Values, _previous.Vectors, _current.Vectors, _workspace);
            (information, bound) = (result.Information, result.Entropy);
        }
        else if (epoch > 0)
        {
            var result = MutualInformation.MatrixBased(
                _previous.Values, _previous.Vectors, _current.Values, _current.Vectors, _workspace);
            (information, bound) = (result.Information, Math.Min(result.EntropyPrevious, result.EntropyNow));
        }

        return new SpectrumRow(
            epoch,
            [.. _current.Values],
            MatrixEntropy.Of(_current.Values),
            information,
            bound,
            ValleyGeometry.Measure(_current.Values, _schedule.Valley));
    }
}
