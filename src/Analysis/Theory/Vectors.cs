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

    /// <summary>The Euclidean norm, also where squares leave the range of a double; NaN where an element is.</summary>
    public static double Norm(ReadOnlySpan<double> a)
    {
        var squares = Dot(a, a);
        if (squares is > 1e-250 and < 1e250)
        {
            return Math.Sqrt(squares);
        }

        var largest = 0.0;
        foreach (var x in a)
        {
            largest = Math.Max(largest, Math.Abs(x));
        }

        if (!(largest is > 0 and < double.PositiveInfinity))
        {
            return largest;
        }

        var scaled = Quotients(a, largest);
        return largest * Math.Sqrt(Dot(scaled, scaled));
    }

    /// <summary>The norm of the difference.</summary>
    public static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var difference = a.ToArray();
        Add(difference, -1, b);
        return Norm(difference);
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
    public static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> b) =>
        Dot(Quotients(a, Norm(a)), Quotients(b, Norm(b)));

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

    /// <summary>A vector over a number, whose reciprocal may be infinite.</summary>
    public static double[] Quotients(ReadOnlySpan<double> a, double divisor)
    {
        var quotients = new double[a.Length];
        for (var i = 0; i < a.Length; i++)
        {
            quotients[i] = a[i] / divisor;
        }

        return quotients;
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
