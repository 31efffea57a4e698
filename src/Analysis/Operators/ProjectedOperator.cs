using Looped.Analysis.Krylov;
using Looped.Kernels;

namespace Looped.Analysis.Operators;

/// <summary>
/// An operator seen from a subspace, <c>P A P</c>, of the same order: P is the orthogonal projection on the span of some
/// vectors or off it.
/// </summary>
public sealed class ProjectedOperator : ICurvatureOperator, IDisposable
{
    /// <summary>What the vectors' scalar products may differ from those of orthonormal ones.</summary>
    private const double Tolerance = 1e-8;

    private readonly ICurvatureOperator _matrix;
    private readonly Basis _basis;
    private readonly bool _off;
    private readonly double[] _shares;
    private double[] _projected = [];

    private ProjectedOperator(ICurvatureOperator matrix, ReadOnlySpan<double> vectors, int count, bool off, WorkerTeam? team)
    {
        if (count < 1 || vectors.Length != (long)count * matrix.Size)
        {
            throw new ArgumentException(
                $"a subspace of {count} vectors of {matrix.Size} numbers cannot be read from {vectors.Length} numbers");
        }

        (_matrix, _off, _shares) = (matrix, off, new double[count]);
        _basis = new Basis(matrix.Size, count, team ?? new WorkerTeam(1));
        vectors.CopyTo(_basis.Rows(0, count));
        for (var i = 0; i < count; i++)
        {
            _basis.Dots(_basis.Rows(i, 1), count, _shares);
            for (var j = 0; j < count; j++)
            {
                if (!(Math.Abs(_shares[j] - (i == j ? 1 : 0)) <= Tolerance))
                {
                    _basis.Dispose();
                    throw new ArgumentException($"vectors {i} and {j} of the subspace are not orthonormal");
                }
            }
        }
    }

    /// <inheritdoc/>
    public int Size => _matrix.Size;

    /// <summary>The operator within a subspace: <c>B'B A B'B</c>.</summary>
    /// <param name="matrix">A.</param>
    /// <param name="vectors">B, (count,n): orthonormal rows. They are copied.</param>
    /// <param name="count">How many.</param>
    /// <param name="team">Threads that share the projections; the calling one alone where null.</param>
    /// <exception cref="ArgumentException">The vectors do not fit or are not orthonormal.</exception>
    public static ProjectedOperator On(
        ICurvatureOperator matrix, ReadOnlySpan<double> vectors, int count, WorkerTeam? team = null) =>
        new(matrix, vectors, count, off: false, team);

    /// <summary>The operator beside a subspace: <c>(I - B'B) A (I - B'B)</c>.</summary>
    /// <param name="matrix">A.</param>
    /// <param name="vectors">B, (count,n): orthonormal rows. They are copied.</param>
    /// <param name="count">How many.</param>
    /// <param name="team">Threads that share the projections; the calling one alone where null.</param>
    /// <exception cref="ArgumentException">The vectors do not fit or are not orthonormal.</exception>
    public static ProjectedOperator Off(
        ICurvatureOperator matrix, ReadOnlySpan<double> vectors, int count, WorkerTeam? team = null) =>
        new(matrix, vectors, count, off: true, team);

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> vector, Span<double> result) => ApplyBatch(vector, 1, result);

    /// <inheritdoc/>
    public void ApplyBatch(ReadOnlySpan<double> vectors, int count, Span<double> results)
    {
        this.Require(vectors.Length, results.Length, count);
        var projected = OperatorShapes.Room(ref _projected, vectors.Length);
        vectors.CopyTo(projected);
        Project(projected, count);
        _matrix.ApplyBatch(projected, count, results);
        Project(results, count);
    }

    /// <inheritdoc/>
    public void Dispose() => _basis.Dispose();

    private void Project(Span<double> vectors, int count)
    {
        for (var k = 0; k < count; k++)
        {
            var vector = vectors.Slice(k * Size, Size);
            _basis.Dots(vector, _shares.Length, _shares);
            if (_off)
            {
                Basis.Scale(-1, _shares);
            }
            else
            {
                vector.Clear();
            }

            _basis.Add(_shares, vector);
        }
    }
}
