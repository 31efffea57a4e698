using System.Globalization;
using Looped.Autodiff;

namespace Looped.Analysis.Operators;

/// <summary>
/// A matrix of second derivatives of an objective at a theta, by exact products. Batches run in the widest programs that
/// the memory budget allows; what is left over of a batch runs in the same program filled up with zeros, and single
/// vectors in a program of their own. Where memory allows, the model's own forward and backward pass is done once for all
/// products at one theta.
/// </summary>
/// <remarks>
/// The directions of a batch lie innermost, which fills the registers where a model's matrices are small. Where they are not, its
/// own rows fill them better, and one direction at a time is the fastest.
/// </remarks>
public abstract class ModelOperator : ICurvatureOperator, IDisposable
{
    /// <summary>Directions of a batch of a small model, of at most <see cref="SmallModel"/> parameters.</summary>
    private const int FewParametersDirections = 8;

    /// <summary>
    /// Up to so many parameters batches are faster than single products: a looped attention of 216 gains, a decoder block of 13,800
    /// loses.
    /// </summary>
    private const int SmallModel = 4096;

    /// <summary>Bytes that compiled programs and buffers may take where nothing else is said.</summary>
    public const long UsualBudget = 1L << 32;

    private readonly Func<int, bool, ProductEvaluator> _compile;
    private readonly double[] _theta;
    private readonly double[] _padded = [];
    private readonly double[] _paddedResults = [];
    private readonly ProductEvaluator _batch;
    private ProductEvaluator? _single;

    /// <summary>Compiles the products and checks that they repeat.</summary>
    /// <param name="name">What to call the matrix.</param>
    /// <param name="theta">(P,): where the matrix is taken.</param>
    /// <param name="directions">Directions of a batch, at most; 0 for those that serve a model of its size.</param>
    /// <param name="memoryBudget">Bytes that compiled programs and buffers may take.</param>
    /// <param name="predict">Bytes of an evaluator of so many directions that keeps the model's own pass, or does not.</param>
    /// <param name="compile">Makes one.</param>
    private protected ModelOperator(
        string name,
        ReadOnlySpan<double> theta,
        int directions,
        long memoryBudget,
        Func<int, bool, long> predict,
        Func<int, bool, ProductEvaluator> compile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(directions);
        directions = directions > 0 ? directions : theta.Length <= SmallModel ? FewParametersDirections : 1;
        _compile = compile;
        _theta = theta.ToArray();
        for (Keeps = true, PredictedBytes = Predicted(); PredictedBytes > memoryBudget; PredictedBytes = Predicted())
        {
            if (!Keeps && directions == 1)
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"one product of the {name} needs {PredictedBytes} bytes, more than the budget of {memoryBudget}: give " +
                    $"smaller blocks of data"));
            }

            (Keeps, directions) = Keeps ? (false, directions) : (true, directions / 2);
        }

        Directions = directions;
        _batch = compile(directions, Keeps);
        if (directions > 1)
        {
            _padded = new double[directions * theta.Length];
            _paddedResults = new double[directions * theta.Length];
        }

        try
        {
            DeterminismProbe.Require(this, name, () => _single!.Forget());
        }
        catch
        {
            Dispose();
            throw;
        }

        long Predicted() => predict(1, Keeps) + (directions == 1 ? 0 :
            predict(directions, Keeps) + (2L * directions * _theta.Length * sizeof(double)));
    }

    /// <inheritdoc/>
    public int Size => _theta.Length;

    /// <summary>Directions of a batch.</summary>
    public int Directions { get; }

    /// <summary>Whether the model's own pass is kept for all products at one theta.</summary>
    public bool Keeps { get; }

    /// <summary>Bytes of compiled programs and buffers, as they were predicted before anything was compiled.</summary>
    public long PredictedBytes { get; }

    /// <summary>Takes the matrix at another theta, (P,).</summary>
    /// <exception cref="ArgumentException">Theta has another length.</exception>
    public void MoveTo(ReadOnlySpan<double> theta)
    {
        if (theta.Length != Size)
        {
            throw new ArgumentException($"theta has {theta.Length} numbers, not {Size}");
        }

        theta.CopyTo(_theta);
    }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> vector, Span<double> result)
    {
        this.Require(vector.Length, result.Length, 1);
        _single ??= Directions == 1 ? _batch : _compile(1, Keeps);
        _single.Evaluate(_theta, vector, result);
    }

    /// <inheritdoc/>
    public void ApplyBatch(ReadOnlySpan<double> vectors, int count, Span<double> results)
    {
        this.Require(vectors.Length, results.Length, count);
        for (var start = 0; start < count; start += Directions)
        {
            var part = Math.Min(Directions, count - start);
            var from = vectors.Slice(start * Size, part * Size);
            var to = results.Slice(start * Size, part * Size);
            if (part == 1)
            {
                Apply(from, to);
            }
            else if (part == Directions)
            {
                _batch.Evaluate(_theta, from, to);
            }
            else
            {
                from.CopyTo(_padded);
                _padded.AsSpan(from.Length).Clear();
                _batch.Evaluate(_theta, _padded, _paddedResults);
                _paddedResults.AsSpan(0, to.Length).CopyTo(to);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        if (_single != _batch)
        {
            _single?.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
