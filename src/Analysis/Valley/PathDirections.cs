using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// The principal directions of a training path, seen from its last point (Li et al. 2018): the eigenvectors of
/// <c>sum_e (theta_e - theta_end)(theta_e - theta_end)'</c> of the largest eigenvalues.
/// </summary>
public sealed class PathDirections
{
    private readonly double[] _vectors;

    /// <summary>The leading directions of a path.</summary>
    /// <param name="path">A theta an epoch, all of P numbers; the last is the end.</param>
    /// <param name="count">How many directions, at most P.</param>
    public PathDirections(IReadOnlyList<double[]> path, int count)
    {
        var size = path[^1].Length;
        var (scatter, offset) = (new double[size * size], new double[size]);
        var total = 0.0;
        foreach (var theta in path)
        {
            theta.CopyTo(offset, 0);
            Vectors.AddMultiple(-1, path[^1], offset);
            total += Vectors.Dot(offset, offset);
            for (var row = 0; row < size; row++)
            {
                Vectors.AddMultiple(offset[row], offset, scatter.AsSpan(row * size, size));
            }
        }

        var leading = SymmetricEigen.Decompose(scatter, size, size - count, count);
        (Size, Count, _vectors) = (size, count, leading.Vectors);
        Shares = [.. leading.Values.Reverse().Select(value => total > 0 ? Math.Max(0, value) / total : double.NaN)];
        Coordinates =
        [
            .. Enumerable.Range(0, count).Select(i => path.Select(theta =>
            {
                theta.CopyTo(offset, 0);
                Vectors.AddMultiple(-1, path[^1], offset);
                return Vectors.Dot(Direction(i), offset);
            }).ToArray()),
        ];
    }

    /// <summary>P.</summary>
    public int Size { get; }

    /// <summary>Number of directions.</summary>
    public int Count { get; }

    /// <summary>The share of each direction in the sum of squared distances from the end, the largest first.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>For each direction the coordinates of the path's points; the end is at 0.</summary>
    public IReadOnlyList<double[]> Coordinates { get; }

    /// <summary>Direction i, of length 1; the first has the largest share.</summary>
    public ReadOnlySpan<double> Direction(int i) => _vectors.AsSpan((Count - 1 - i) * Size, Size);
}
