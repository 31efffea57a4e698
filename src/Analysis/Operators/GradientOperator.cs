using System.Globalization;
using Looped.Analysis.Krylov;
using Looped.Autodiff;
using Looped.Kernels;

namespace Looped.Analysis.Operators;

/// <summary>
/// The second moment of per-sample gradients, the empirical Fisher matrix <c>F = sum_b p_b g_b g_b'</c>, or their covariance
/// <c>F - g g'</c>, g being the gradient. The N gradients are computed once and held as rows, of which the matrix is a
/// product: exact, of rank at most N, and 4 N P operations a product.
/// </summary>
/// <remarks>
/// This is not a Hessian: it weighs directions by how much samples disagree there, with the targets as they are in the data
/// (Kunstner, Balles and Hennig, <i>Limitations of the empirical Fisher approximation</i>, 2019).
/// </remarks>
public sealed class GradientOperator : ICurvatureOperator, IDisposable
{
    private readonly Basis _rows;
    private readonly double[] _shares;

    private GradientOperator(
        Objective samples,
        ReadOnlySpan<double> theta,
        ReadOnlySpan<double> weights,
        bool isCentred,
        IBackend backend,
        WorkerTeam team,
        long memoryBudget)
    {
        var (count, size) = (samples.Blocks.Count, samples.Layout.Size);
        RequireLaw(weights, count);

        // The gradients, their copy that is kept, and that in the evaluator, which goes when they are here.
        var bytes = 3 * Basis.Bytes(size, count);
        if (bytes > memoryBudget)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"gradients of {count} samples in {size} parameters need {bytes} bytes, more than the budget of " +
                $"{memoryBudget}: give fewer samples"));
        }

        _shares = new double[count];
        var (values, gradients) = (new double[count], new double[checked(count * size)]);
        using (var evaluator = new GradientEvaluator(samples, backend, team))
        {
            evaluator.EvaluatePerBlock(theta, values, gradients);
        }

        _rows = new Basis(size, count, team);
        var mean = new double[size];
        for (var sample = 0; sample < count; sample++)
        {
            Basis.AddMultiple(1, gradients.AsSpan(sample * size, size), mean);
        }

        for (var sample = 0; sample < count; sample++)
        {
            // A block holds p_b times its sample's loss, so its gradient is p_b g_b; the row is sqrt(p_b) g_b.
            var weight = weights.Length == 0 ? 1.0 / count : weights[sample];
            var row = _rows.Rows(sample, 1);
            Basis.AddMultiple(1 / Math.Sqrt(weight), gradients.AsSpan(sample * size, size), row);
            if (isCentred)
            {
                Basis.AddMultiple(-Math.Sqrt(weight), mean, row);
            }
        }
    }

    /// <inheritdoc/>
    public int Size => _rows.Size;

    /// <summary>The empirical Fisher matrix.</summary>
    /// <param name="samples">The loss with one sample in a block: block b is <c>p_b</c> times the loss of sample b.</param>
    /// <param name="theta">(P,): where.</param>
    /// <param name="backend">What runs the gradients.</param>
    /// <param name="team">Who runs them, and the products.</param>
    /// <param name="weights">p, positive with sum 1; 1/N each where empty.</param>
    /// <param name="memoryBudget">Bytes that the gradients may take while they are made.</param>
    /// <exception cref="ArgumentException">The weights are no law over the blocks.</exception>
    /// <exception cref="InvalidOperationException">The gradients do not fit the budget.</exception>
    public static GradientOperator Fisher(
        Objective samples,
        ReadOnlySpan<double> theta,
        IBackend backend,
        WorkerTeam team,
        ReadOnlySpan<double> weights = default,
        long memoryBudget = ModelOperator.UsualBudget) =>
        new(samples, theta, weights, isCentred: false, backend, team, memoryBudget);

    /// <summary>The covariance of per-sample gradients.</summary>
    /// <param name="samples">The loss with one sample in a block: block b is <c>p_b</c> times the loss of sample b.</param>
    /// <param name="theta">(P,): where.</param>
    /// <param name="backend">What runs the gradients.</param>
    /// <param name="team">Who runs them, and the products.</param>
    /// <param name="weights">p, positive with sum 1; 1/N each where empty.</param>
    /// <param name="memoryBudget">Bytes that the gradients may take while they are made.</param>
    /// <exception cref="ArgumentException">The weights are no law over the blocks.</exception>
    /// <exception cref="InvalidOperationException">The gradients do not fit the budget.</exception>
    public static GradientOperator Covariance(
        Objective samples,
        ReadOnlySpan<double> theta,
        IBackend backend,
        WorkerTeam team,
        ReadOnlySpan<double> weights = default,
        long memoryBudget = ModelOperator.UsualBudget) =>
        new(samples, theta, weights, isCentred: true, backend, team, memoryBudget);

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> vector, Span<double> result)
    {
        this.Require(vector.Length, result.Length, 1);
        _rows.Dots(vector, _shares.Length, _shares);
        result.Clear();
        _rows.Add(_shares, result);
    }

    /// <inheritdoc/>
    public void ApplyBatch(ReadOnlySpan<double> vectors, int count, Span<double> results)
    {
        this.Require(vectors.Length, results.Length, count);
        for (var k = 0; k < count; k++)
        {
            Apply(vectors.Slice(k * Size, Size), results.Slice(k * Size, Size));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    private static void RequireLaw(ReadOnlySpan<double> weights, int count)
    {
        if (weights.Length == 0)
        {
            return;
        }

        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight > 0 ? weight : double.NaN;
        }

        if (weights.Length != count || !(Math.Abs(sum - 1) <= 1e-10))
        {
            throw new ArgumentException($"{count} samples need as many positive weights with sum 1");
        }
    }
}
