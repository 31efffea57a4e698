using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Eigenvalues and eigenvectors of a small symmetric tridiagonal matrix by implicitly shifted QL (Martin and Wilkinson,
/// <i>The implicit QL algorithm</i>, 1968): the leaves of <see cref="DivideAndConquer{TLanes}"/>. Eigenvectors are rows, so that
/// each plane rotation acts on two contiguous vectors.
/// </summary>
internal static unsafe class ImplicitQl
{
    private const int IterationLimit = 30;

    /// <summary>
    /// Replaces the diagonal by the eigenvalues, in no order, and the rows, at first the identity, by the eigenvectors.
    /// </summary>
    /// <param name="d">The n diagonal elements.</param>
    /// <param name="e">The n - 1 elements beside it; destroyed.</param>
    /// <param name="n">Order.</param>
    /// <param name="negligible">Off-diagonal elements up to this magnitude are taken as zero.</param>
    /// <param name="rows">n rows of <paramref name="width"/> contiguous elements.</param>
    /// <param name="width">Row length, a multiple of a cache line, at least n.</param>
    /// <exception cref="InvalidOperationException">The iteration did not converge.</exception>
    public static void Solve<TLanes>(double* d, double* e, int n, double negligible, double* rows, int width)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var top = 0; top < n; top++)
        {
            for (var iteration = 0; ; iteration++)
            {
                var end = top;
                while (end < n - 1 && Math.Abs(e[end]) > negligible)
                {
                    end++;
                }

                if (end == top)
                {
                    break;
                }

                if (iteration == IterationLimit)
                {
                    throw new InvalidOperationException(
                        $"The QL iteration for the eigenvectors of a {n} x {n} tridiagonal matrix did not converge in {IterationLimit} iterations an eigenvalue.");
                }

                Iterate<TLanes>(d, e, top, end, rows, width);
            }
        }
    }

    private static void Iterate<TLanes>(double* d, double* e, int top, int end, double* rows, int width)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // g: the last diagonal element less Wilkinson's shift.
        var ratio = (d[top + 1] - d[top]) / (2 * e[top]);
        var g = d[end] - d[top] + e[top] / (ratio + Math.CopySign(Math.Sqrt(ratio * ratio + 1), ratio));
        var (sine, cosine, p) = (1.0, 1.0, 0.0);
        for (var i = end - 1; i >= top; i--)
        {
            var f = sine * e[i];
            var b = cosine * e[i];
            var r = Math.Sqrt(f * f + g * g);
            if (i + 1 < end)
            {
                e[i + 1] = r;
            }

            if (r == 0)
            {
                // The matrix has come apart here in the middle of the sweep: keep what is done.
                d[i + 1] -= p;
                e[i] = b;
                return;
            }

            (sine, cosine) = (f / r, g / r);
            g = d[i + 1] - p;
            r = (d[i] - g) * sine + 2 * cosine * b;
            p = sine * r;
            d[i + 1] = g + p;
            g = cosine * r - b;
            Rotate<TLanes>(rows + (nint)i * width, rows + (nint)(i + 1) * width, width, cosine, sine);
        }

        d[top] -= p;
        e[top] = g;
    }

    /// <summary><c>(x, y) := (c x - s y, s x + c y)</c>.</summary>
    private static void Rotate<TLanes>(double* x, double* y, int length, double cosine, double sine)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (c, s) = (TLanes.Fill(cosine), TLanes.Fill(sine));
        for (var k = 0; k < length; k += TLanes.Count)
        {
            var (xk, yk) = (TLanes.Load(x + k), TLanes.Load(y + k));
            (c * xk - s * yk).Store(x + k);
            (s * xk + c * yk).Store(y + k);
        }
    }
}
