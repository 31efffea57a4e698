namespace Looped.Analysis.Operators;

/// <summary>A matrix that is held in full: for small problems, and as the oracle of all that is not.</summary>
public sealed class DenseOperator : ICurvatureOperator
{
    /// <summary>What two elements that should be equal may differ by, relative to the largest.</summary>
    private const double Asymmetry = 1e-10;

    private readonly double[] _matrix;

    /// <summary>The operator of a matrix.</summary>
    /// <param name="matrix">(n,n), symmetric. It is kept, not copied.</param>
    /// <param name="n">The order.</param>
    /// <exception cref="ArgumentException">The matrix is not n x n or not symmetric.</exception>
    public DenseOperator(double[] matrix, int n)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        if (matrix.Length != (long)n * n)
        {
            throw new ArgumentException($"a matrix of order {n} has {(long)n * n} elements, not {matrix.Length}");
        }

        var bound = Asymmetry * matrix.Max(Math.Abs);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Math.Abs(matrix[(i * n) + j] - matrix[(j * n) + i]) > bound)
                {
                    throw new ArgumentException($"a curvature matrix is symmetric, but elements ({i},{j}) and ({j},{i}) differ");
                }
            }
        }

        (_matrix, Size) = (matrix, n);
    }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> vector, Span<double> result) => ApplyBatch(vector, 1, result);

    /// <inheritdoc/>
    public void ApplyBatch(ReadOnlySpan<double> vectors, int count, Span<double> results)
    {
        this.Require(vectors.Length, results.Length, count);
        for (var i = 0; i < Size; i++)
        {
            var row = _matrix.AsSpan(i * Size, Size);
            for (var k = 0; k < count; k++)
            {
                var vector = vectors.Slice(k * Size, Size);
                var sum = 0.0;
                for (var j = 0; j < row.Length; j++)
                {
                    sum += row[j] * vector[j];
                }

                results[(k * Size) + i] = sum;
            }
        }
    }
}
