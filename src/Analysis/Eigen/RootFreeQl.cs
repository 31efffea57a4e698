namespace Looped.Analysis;

/// <summary>
/// Eigenvalues of a symmetric tridiagonal matrix by the square-root-free QL iteration of Pal, Walker and Kahan (Parlett,
/// <i>The Symmetric Eigenvalue Problem</i>, section 8.15), which works on the squares of the off-diagonal elements.
/// </summary>
internal static class RootFreeQl
{
    /// <summary>Iterations allowed on average for each eigenvalue; about two are needed.</summary>
    public const int IterationLimit = 30;

    /// <summary>
    /// Replaces the diagonal by the eigenvalues, ascending, and destroys the off-diagonal.
    /// </summary>
    /// <param name="diagonal">The n diagonal elements.</param>
    /// <param name="offDiagonal">The n - 1 elements beside the diagonal.</param>
    /// <param name="negligible">Off-diagonal elements up to this magnitude are taken as zero.</param>
    /// <exception cref="InvalidOperationException">The iteration did not converge.</exception>
    public static void Solve(Span<double> diagonal, Span<double> offDiagonal, double negligible)
    {
        var n = diagonal.Length;
        foreach (ref var element in offDiagonal)
        {
            element *= element;
        }

        var limit = negligible * negligible;
        var iterations = (long)IterationLimit * n;
        for (var start = 0; start < n;)
        {
            var end = start;
            while (end < n - 1 && offDiagonal[end] > limit)
            {
                end++;
            }

            iterations = SolveBlock(
                diagonal[start..(end + 1)], offDiagonal[start..end], limit, iterations, n);
            start = end + 1;
        }

        diagonal.Sort();
    }

    /// <summary>A block without negligible elements beside its diagonal; returns the iterations left.</summary>
    private static long SolveBlock(Span<double> d, Span<double> squares, double limit, long iterations, int n)
    {
        // QL finds the eigenvalues of small magnitude first, and fastest where they stand at the top.
        if (d.Length > 1 && Math.Abs(d[^1]) < Math.Abs(d[0]))
        {
            d.Reverse();
            squares.Reverse();
        }

        for (var top = 0; top < d.Length;)
        {
            var end = top;
            while (end < d.Length - 1 && squares[end] > limit)
            {
                end++;
            }

            if (end == top)
            {
                top++;
            }
            else if (end == top + 1)
            {
                (d[top], d[end]) = Pair(d[top], squares[top], d[end]);
                squares[top] = 0;
                top += 2;
            }
            else
            {
                if (iterations-- == 0)
                {
                    throw new InvalidOperationException(
                        $"The QL iteration for the eigenvalues of a {n} x {n} matrix did not converge in {IterationLimit} iterations an eigenvalue.");
                }

                Iterate(d[top..(end + 1)], squares[top..end]);
            }
        }

        return iterations;
    }

    /// <summary>The eigenvalues of [[a, b], [b, c]], from b squared.</summary>
    private static (double Small, double Large) Pair(double a, double square, double c)
    {
        var mean = 0.5 * (a + c);
        var half = 0.5 * (a - c);
        var radius = Math.Sqrt(half * half + square);
        return (mean - radius, mean + radius);
    }

    private static void Iterate(Span<double> d, Span<double> squares)
    {
        var shift = WilkinsonShift(d[0], squares[0], d[1]);
        var last = d.Length - 1;
        var (cosine, sine) = (1.0, 0.0);
        var gamma = d[last] - shift;
        var p = gamma * gamma;
        for (var i = last - 1; i >= 0; i--)
        {
            var square = squares[i];
            var r = p + square;
            if (i != last - 1)
            {
                squares[i + 1] = sine * r;
            }

            var oldCosine = cosine;
            cosine = p / r;
            sine = square / r;
            var oldGamma = gamma;
            gamma = cosine * (d[i] - shift) - sine * oldGamma;
            d[i + 1] = oldGamma + (d[i] - gamma);
            p = cosine != 0 ? gamma * gamma / cosine : oldCosine * square;
        }

        squares[0] = sine * p;
        d[0] = shift + gamma;
    }

    /// <summary>The eigenvalue of the leading 2 x 2 block nearer to its first element.</summary>
    private static double WilkinsonShift(double first, double square, double second)
    {
        var root = Math.Sqrt(square);
        var ratio = (second - first) / (2 * root);
        return first - root / (ratio + Math.CopySign(Math.Sqrt(ratio * ratio + 1), ratio));
    }
}
