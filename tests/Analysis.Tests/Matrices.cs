using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>Test matrices, row-major, and the plain arithmetic on them.</summary>
internal static class Matrices
{
    public const double Epsilon = 2.220446049250313e-16;

    public static double[] Diagonal(params double[] values)
    {
        var n = values.Length;
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            a[i * n + i] = values[i];
        }

        return a;
    }

    public static double[] Tridiagonal(double[] diagonal, double[] offDiagonal)
    {
        var n = diagonal.Length;
        var a = Diagonal(diagonal);
        for (var i = 0; i < n - 1; i++)
        {
            a[i * n + i + 1] = a[(i + 1) * n + i] = offDiagonal[i];
        }

        return a;
    }

    /// <summary>A product of n random Householder reflections: orthogonal to rounding.</summary>
    public static double[] RandomOrthogonal(int n, ulong seed)
    {
        var random = new Philox(seed, "orthogonal");
        var q = Diagonal([.. Enumerable.Repeat(1.0, n)]);
        var v = new double[n];
        for (var reflection = 0; reflection < n; reflection++)
        {
            random.FillNormal(v, 1);
            var square = v.Sum(x => x * x);
            for (var i = 0; i < n; i++)
            {
                var dot = 0.0;
                for (var k = 0; k < n; k++)
                {
                    dot += q[i * n + k] * v[k];
                }

                for (var k = 0; k < n; k++)
                {
                    q[i * n + k] -= 2 * dot / square * v[k];
                }
            }
        }

        return q;
    }

    /// <summary><c>Q' diag(values) Q</c>: eigenvector j is row j of Q.</summary>
    public static double[] WithSpectrum(double[] values, double[] q)
    {
        var n = values.Length;
        var scaled = new double[n * n];
        for (var k = 0; k < n * n; k++)
        {
            scaled[k] = values[k / n] * q[k];
        }

        return Symmetrized(Multiply(Transposed(q, n), scaled, n), n);
    }

    public static double[] WithSpectrum(double[] values, ulong seed) =>
        WithSpectrum(values, RandomOrthogonal(values.Length, seed));

    /// <summary>Standard normal elements, of the given rank, with signs of both kinds.</summary>
    public static double[] RandomSymmetric(int n, int rank, ulong seed)
    {
        var random = new Philox(seed, "symmetric");
        var a = new double[n * n];
        var v = new double[n];
        for (var r = 0; r < rank; r++)
        {
            random.FillNormal(v, 1);
            var sign = random.NextDouble() < 0.5 ? -1 : 1;
            for (var k = 0; k < n * n; k++)
            {
                a[k] += sign * (v[k / n] * v[k % n]);
            }
        }

        return a;
    }

    public static double[] Transposed(double[] a, int n)
    {
        var t = new double[n * n];
        for (var k = 0; k < n * n; k++)
        {
            t[k % n * n + k / n] = a[k];
        }

        return t;
    }

    public static double[] Multiply(double[] a, double[] b, int n)
    {
        var c = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < n; k++)
            {
                for (var j = 0; j < n; j++)
                {
                    c[i * n + j] += a[i * n + k] * b[k * n + j];
                }
            }
        }

        return c;
    }

    public static double[] Symmetrized(double[] a, int n)
    {
        var t = Transposed(a, n);
        return [.. a.Zip(t, (x, y) => 0.5 * (x + y))];
    }

    /// <summary>
    /// Eigenvalues of a tridiagonal matrix, ascending, by bisection: the number of negative pivots of T - x is the number
    /// of eigenvalues below x (Sylvester).
    /// </summary>
    public static double[] Bisected(double[] diagonal, double[] offDiagonal)
    {
        var n = diagonal.Length;
        var bound = diagonal.Max(Math.Abs) + 2 * offDiagonal.Max(Math.Abs);
        var values = new double[n];
        for (var j = 0; j < n; j++)
        {
            var (low, high) = (-bound, bound);
            for (var step = 0; step < 90; step++)
            {
                var middle = 0.5 * (low + high);
                (low, high) = CountBelow(diagonal, offDiagonal, middle) > j ? (low, middle) : (middle, high);
            }

            values[j] = 0.5 * (low + high);
        }

        return values;
    }

    private static int CountBelow(double[] diagonal, double[] offDiagonal, double x)
    {
        var (count, pivot) = (0, 1.0);
        for (var i = 0; i < diagonal.Length; i++)
        {
            var square = i == 0 ? 0 : offDiagonal[i - 1] * offDiagonal[i - 1];
            pivot = diagonal[i] - x - square / pivot;
            pivot = pivot == 0 ? -1e-300 : pivot;
            count += pivot < 0 ? 1 : 0;
        }

        return count;
    }
}
