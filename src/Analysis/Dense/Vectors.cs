using System.Numerics;

namespace Looped.Analysis.Dense;

/// <summary>Sums and multiples of vectors, in registers of the machine's width.</summary>
internal static class Vectors
{
    /// <summary>The inner product of two vectors of one length.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = Vector<double>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            sum += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        }

        var total = Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    /// <summary>The Euclidean norm.</summary>
    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    /// <summary><c>b += factor a</c>.</summary>
    public static void AddMultiple(double factor, ReadOnlySpan<double> a, Span<double> b)
    {
        var i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(b[i..]) + (factor * new Vector<double>(a[i..]))).CopyTo(b[i..]);
        }

        for (; i < a.Length; i++)
        {
            b[i] += factor * a[i];
        }
    }

    /// <summary><c>y = A x</c>, A of rows one after the other, as many as y has elements.</summary>
    public static void Multiply(ReadOnlySpan<double> matrix, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var row = 0; row < y.Length; row++)
        {
            y[row] = Dot(matrix.Slice(row * x.Length, x.Length), x);
        }
    }

    /// <summary><c>y = A' x</c>, A of rows one after the other, as many as x has elements.</summary>
    public static void MultiplyTransposed(ReadOnlySpan<double> matrix, ReadOnlySpan<double> x, Span<double> y)
    {
        y.Clear();
        for (var row = 0; row < x.Length; row++)
        {
            AddMultiple(x[row], matrix.Slice(row * y.Length, y.Length), y);
        }
    }
}
