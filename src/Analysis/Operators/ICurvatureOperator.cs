namespace Looped.Analysis.Operators;

/// <summary>
/// A symmetric matrix that is known by what it does to vectors and need never be formed. One thread at a time may use it.
/// </summary>
public interface ICurvatureOperator
{
    /// <summary>n: the order of the matrix.</summary>
    int Size { get; }

    /// <summary>The product with one vector.</summary>
    /// <param name="vector">(n,).</param>
    /// <param name="result">(n,); every element is written. Must not overlap the vector.</param>
    /// <exception cref="ArgumentException">A length is not n.</exception>
    void Apply(ReadOnlySpan<double> vector, Span<double> result);

    /// <summary>Products with several vectors, which a model computes at less cost than one by one.</summary>
    /// <param name="vectors">(count,n), row-major: a vector a row.</param>
    /// <param name="count">How many.</param>
    /// <param name="results">(count,n); every element is written. Must not overlap the vectors.</param>
    /// <exception cref="ArgumentException">A length is not count times n.</exception>
    void ApplyBatch(ReadOnlySpan<double> vectors, int count, Span<double> results);
}

/// <summary>What operators have in common.</summary>
internal static class OperatorShapes
{
    /// <summary>Refuses vectors and results that are not so many of an operator's size.</summary>
    public static void Require(this ICurvatureOperator matrix, int vectors, int results, int count)
    {
        if (count < 0 || vectors != (long)count * matrix.Size || results != vectors)
        {
            throw new ArgumentException(
                $"{count} products of order {matrix.Size} need {(long)count * matrix.Size} numbers and as many results, " +
                $"not {vectors} and {results}");
        }
    }

    /// <summary>Grows a buffer to a length; its contents are lost.</summary>
    public static Span<double> Room(ref double[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new double[length];
        }

        return buffer.AsSpan(0, length);
    }
}
