using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// An orthonormal basis of parameter space in which valley and river of one Hessian are apart (Definitions 1 and 2): its
/// eigenvectors, those of <c>lambda &lt;= cut</c>, the river's, before those of the valley. The numbers are copied, so that
/// the basis can stay while training goes on.
/// </summary>
public sealed class ValleyBasis
{
    private readonly double[] _values;
    private readonly double[] _vectors;

    /// <summary>The basis of a decomposition.</summary>
    /// <param name="values">P eigenvalues, ascending.</param>
    /// <param name="vectors">(P,P) row-major: row j is the eigenvector of value j.</param>
    /// <param name="criteria">Where the valley begins.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or an eigenvalue is not finite or out of order.</exception>
    public ValleyBasis(ReadOnlySpan<double> values, ReadOnlySpan<double> vectors, ValleyCriteria criteria)
    {
        if (vectors.Length != (long)values.Length * values.Length)
        {
            throw new ArgumentException(
                $"{values.Length} eigenvalues have {values.Length} eigenvectors of as many elements, not {vectors.Length} elements in all.",
                nameof(vectors));
        }

        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
            {
                throw new ArgumentException($"Eigenvalues must ascend, but number {i} is below the one before.", nameof(values));
            }
        }

        ValleySize = ValleyGeometry.Measure(values, criteria).Size;
        (_values, _vectors) = (values.ToArray(), vectors.ToArray());
    }

    /// <summary>P.</summary>
    public int Size => _values.Length;

    /// <summary>Dimension of the valley.</summary>
    public int ValleySize { get; }

    /// <summary>Dimension of the river.</summary>
    public int RiverSize => Size - ValleySize;

    /// <summary>All eigenvalues, ascending.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The eigenvalues of the valley, ascending: the Hessian in its coordinates is diagonal with these.</summary>
    public ReadOnlySpan<double> ValleyValues => Values[RiverSize..];

    /// <summary>(RiverSize,P): rows that span the river.</summary>
    public ReadOnlySpan<double> River => _vectors.AsSpan(0, RiverSize * Size);

    /// <summary>(ValleySize,P): rows that span the valley.</summary>
    public ReadOnlySpan<double> Valley => _vectors.AsSpan(RiverSize * Size);

    /// <summary>The coordinates of a vector in the valley, (ValleySize,).</summary>
    public void ValleyCoordinates(ReadOnlySpan<double> vector, Span<double> coordinates)
    {
        Require(vector.Length, Size, "A vector");
        Require(coordinates.Length, ValleySize, "Valley coordinates");
        Vectors.Multiply(Valley, vector, coordinates);
    }

    /// <summary>The coordinates of a vector in the river, (RiverSize,).</summary>
    public void RiverCoordinates(ReadOnlySpan<double> vector, Span<double> coordinates)
    {
        Require(vector.Length, Size, "A vector");
        Require(coordinates.Length, RiverSize, "River coordinates");
        Vectors.Multiply(River, vector, coordinates);
    }

    /// <summary>The part of a vector in the valley, (P,).</summary>
    public void ProjectOnValley(ReadOnlySpan<double> vector, Span<double> projection) =>
        Project(Valley, ValleySize, vector, projection);

    /// <summary>The part of a vector in the river, (P,).</summary>
    public void ProjectOnRiver(ReadOnlySpan<double> vector, Span<double> projection) =>
        Project(River, RiverSize, vector, projection);

    private void Project(ReadOnlySpan<double> rows, int count, ReadOnlySpan<double> vector, Span<double> projection)
    {
        Require(vector.Length, Size, "A vector");
        Require(projection.Length, Size, "A projection");
        var coordinates = new double[count];
        Vectors.Multiply(rows, vector, coordinates);
        Vectors.MultiplyTransposed(rows, coordinates, projection);
    }

    private static void Require(int length, int required, string what)
    {
        if (length != required)
        {
            throw new ArgumentException($"{what} must have {required} elements, not {length}.");
        }
    }
}
