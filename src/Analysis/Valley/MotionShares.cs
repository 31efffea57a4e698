using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>Where a gradient or an update points: parts of its squared length. All are NaN of the zero vector.</summary>
/// <param name="Valley">In the valley.</param>
/// <param name="River">In the river; the two sum to one.</param>
/// <param name="Null">In the structural null space, which is part of the river.</param>
public readonly record struct MotionShares(double Valley, double River, double Null)
{
    /// <summary>The shares of a vector.</summary>
    /// <param name="vector">(P,).</param>
    /// <param name="basis">Valley and river.</param>
    /// <param name="nullSpace">The structural null space.</param>
    public static MotionShares Of(ReadOnlySpan<double> vector, ValleyBasis basis, StructuralNullSpace nullSpace)
    {
        var square = Vectors.Dot(vector, vector);
        if (!(square > 0))
        {
            return new MotionShares(double.NaN, double.NaN, double.NaN);
        }

        var (valley, river) = (new double[basis.ValleySize], new double[basis.RiverSize]);
        basis.ValleyCoordinates(vector, valley);
        basis.RiverCoordinates(vector, river);
        return new MotionShares(
            Vectors.Dot(valley, valley) / square, Vectors.Dot(river, river) / square, nullSpace.Share(vector));
    }

    /// <summary>
    /// The part of a vector's squared length in the span of the eigenvectors of the k largest eigenvalues (Song et al. 2024);
    /// NaN of the zero vector.
    /// </summary>
    /// <param name="vector">(P,).</param>
    /// <param name="vectors">Eigenvectors, rows of P, their values ascending.</param>
    /// <param name="k">How many, at most as many as there are.</param>
    public static double Top(ReadOnlySpan<double> vector, ReadOnlySpan<double> vectors, int k)
    {
        var count = vectors.Length / vector.Length;
        if (k < 0 || k > count)
        {
            throw new ArgumentOutOfRangeException(nameof(k), $"There are {count} eigenvectors, so k lies between 0 and {count}, not {k}.");
        }

        var (square, part) = (Vectors.Dot(vector, vector), 0.0);
        for (var row = count - k; row < count; row++)
        {
            var coordinate = Vectors.Dot(vectors.Slice(row * vector.Length, vector.Length), vector);
            part += coordinate * coordinate;
        }

        return square > 0 ? part / square : double.NaN;
    }
}
