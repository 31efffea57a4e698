using Looped.Autodiff;

namespace Looped.Analysis.Operators;

/// <summary>
/// The diagonal block of an operator that belongs to some coordinates, such as the parameters of a layer:
/// <c>A_SS</c>, of order |S|.
/// </summary>
public sealed class RestrictedOperator : ICurvatureOperator
{
    private readonly ICurvatureOperator _matrix;
    private readonly (int Start, int Count)[] _ranges;
    private double[] _vectors = [];
    private double[] _results = [];

    /// <summary>The block of some ranges of coordinates.</summary>
    /// <param name="matrix">The whole.</param>
    /// <param name="ranges">Where each range starts and how many coordinates it has; ascending and apart.</param>
    /// <exception cref="ArgumentException">There is no range, or one is empty, overlaps another or leaves the operator.</exception>
    public RestrictedOperator(ICurvatureOperator matrix, params (int Start, int Count)[] ranges)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(ranges);
        var end = 0;
        foreach (var (start, count) in ranges)
        {
            if (start < end || count < 1 || start > matrix.Size - count)
            {
                throw new ArgumentException(
                    $"{count} coordinates from {start} on are no range behind {end} within the {matrix.Size} there are");
            }

            end = start + count;
        }

        (_matrix, _ranges, Size) = (matrix, ranges, ranges.Sum(range => range.Count));
        if (Size == 0)
        {
            throw new ArgumentException("a restriction needs a range of coordinates");
        }
    }

    /// <summary>The block of the parameters whose names are chosen.</summary>
    /// <param name="matrix">The whole, in the coordinates of the layout.</param>
    /// <param name="layout">How theta is laid out.</param>
    /// <param name="isChosen">Says of a name whether its parameter is in the block.</param>
    /// <exception cref="ArgumentException">No parameter is chosen.</exception>
    public RestrictedOperator(ICurvatureOperator matrix, ParameterLayout layout, Func<string, bool> isChosen)
        : this(
            matrix,
            [.. layout.Groups.Where(group => isChosen(group.Name)).Select(group => (group.Offset, group.Size))])
    {
    }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> vector, Span<double> result) => ApplyBatch(vector, 1, result);

    /// <inheritdoc/>
    public void ApplyBatch(ReadOnlySpan<double> vectors, int count, Span<double> results)
    {
        this.Require(vectors.Length, results.Length, count);
        var whole = OperatorShapes.Room(ref _vectors, count * _matrix.Size);
        var products = OperatorShapes.Room(ref _results, whole.Length);
        whole.Clear();
        for (var k = 0; k < count; k++)
        {
            var next = k * Size;
            foreach (var (start, length) in _ranges)
            {
                vectors.Slice(next, length).CopyTo(whole[((k * _matrix.Size) + start)..]);
                next += length;
            }
        }

        _matrix.ApplyBatch(whole, count, products);
        for (var k = 0; k < count; k++)
        {
            var next = k * Size;
            foreach (var (start, length) in _ranges)
            {
                products.Slice((k * _matrix.Size) + start, length).CopyTo(results[next..]);
                next += length;
            }
        }
    }
}
