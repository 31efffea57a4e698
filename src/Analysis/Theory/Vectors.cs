using Looped.Tensors;

namespace Looped.Analysis.Theory;

/// <summary>Sums over short vectors.</summary>
public static class Vectors
{
    /// <summary>The inner product.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>The Euclidean norm.</summary>
    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    /// <summary>The norm of the difference.</summary>
    public static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return Math.Sqrt(sum);
    }

    /// <summary>
    /// The norm of the difference over that of the expected vector; zero where the two are equal, also where both are zero.
    /// </summary>
    public static double RelativeError(ReadOnlySpan<double> found, ReadOnlySpan<double> expected)
    {
        var distance = Distance(found, expected);
        return distance == 0 ? 0 : distance / Norm(expected);
    }

    /// <summary>The cosine of the angle between two vectors; not a number where one is zero.</summary>
    public static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Dot(a, b) / (Norm(a) * Norm(b));

    /// <summary>Adds a multiple of <paramref name="b"/> to <paramref name="a"/>.</summary>
    public static void Add(Span<double> a, double factor, ReadOnlySpan<double> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] += factor * b[i];
        }
    }

    /// <summary>A multiple.</summary>
    public static double[] Scaled(double factor, ReadOnlySpan<double> a)
    {
        var scaled = new double[a.Length];
        for (var i = 0; i < a.Length; i++)
        {
            scaled[i] = factor * a[i];
        }

        return scaled;
    }

    /// <summary>Independent standard normal numbers.</summary>
    public static double[] Normal(Philox random, int length)
    {
        var values = new double[length];
        random.FillNormal(values, 1);
        return values;
    }

    /// <summary>A vector of given length in a uniformly random direction.</summary>
    public static double[] Direction(Philox random, int length, double norm = 1)
    {
        var values = Normal(random, length);
        return Scaled(norm / Norm(values), values);
    }
}
