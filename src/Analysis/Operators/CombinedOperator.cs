namespace Looped.Analysis.Operators;

/// <summary>A linear combination of operators and the identity, <c>sum_i c_i A_i + s I</c>.</summary>
public sealed class CombinedOperator : ICurvatureOperator
{
    private readonly (double Factor, ICurvatureOperator Matrix)[] _terms;
    private readonly double _shift;
    private double[] _part = [];

    /// <summary>The combination.</summary>
    /// <param name="shift">s.</param>
    /// <param name="terms">Factors and operators, at least one.</param>
    /// <exception cref="ArgumentException">There are no operators, or their sizes differ.</exception>
    public CombinedOperator(double shift, params (double Factor, ICurvatureOperator Matrix)[] terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Length == 0 || terms.Any(term => term.Matrix.Size != terms[0].Matrix.Size))
        {
            throw new ArgumentException(
                $"operators of one size can be combined, not of sizes {string.Join(", ", terms.Select(term => term.Matrix.Size))}");
        }

        (_shift, _terms) = (shift, terms);
    }

    /// <inheritdoc/>
    public int Size => _terms[0].Matrix.Size;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> vector, Span<double> result) => ApplyBatch(vector, 1, result);

    /// <inheritdoc/>
    public void ApplyBatch(ReadOnlySpan<double> vectors, int count, Span<double> results)
    {
        this.Require(vectors.Length, results.Length, count);
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = _shift * vectors[i];
        }

        var part = OperatorShapes.Room(ref _part, results.Length);
        foreach (var (factor, matrix) in _terms)
        {
            matrix.ApplyBatch(vectors, count, part);
            for (var i = 0; i < results.Length; i++)
            {
                results[i] += factor * part[i];
            }
        }
    }
}
