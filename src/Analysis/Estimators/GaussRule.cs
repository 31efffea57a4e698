namespace Looped.Analysis.Estimators;

/// <summary>
/// The Gauss quadrature of a probe's spectral measure: its sum of weight times f(node) is <c>v'f(A)v / v'v</c>, exactly for
/// polynomials of degree below twice the number of nodes.
/// </summary>
/// <param name="Nodes">The nodes, ascending: Ritz values of the probe's Krylov space.</param>
/// <param name="Weights">Their weights, which sum to 1.</param>
public sealed record GaussRule(double[] Nodes, double[] Weights)
{
    /// <summary>
    /// The rule of a Jacobi matrix, the symmetric tridiagonal one that the Lanczos method makes: nodes are its eigenvalues,
    /// weights the squares of its eigenvectors' first elements (Golub and Welsch 1969).
    /// </summary>
    /// <param name="diagonal">The m elements of the diagonal.</param>
    /// <param name="offDiagonal">At least m - 1 elements beside it.</param>
    internal static GaussRule Of(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        var m = diagonal.Length;
        var matrix = new double[m * m];
        for (var i = 0; i < m; i++)
        {
            matrix[(i * m) + i] = diagonal[i];
            if (i > 0)
            {
                matrix[(i * m) + i - 1] = matrix[((i - 1) * m) + i] = offDiagonal[i - 1];
            }
        }

        var eigen = SymmetricEigen.Decompose(matrix, m);
        var weights = new double[m];
        for (var j = 0; j < m; j++)
        {
            weights[j] = eigen.Vectors[j * m] * eigen.Vectors[j * m];
        }

        return new GaussRule(eigen.Values, weights);
    }

    /// <summary>
    /// The mean of two rules. Of functions with a kink, such as |x| at zero, the errors of rules of m and m - 1 nodes have opposite
    /// signs, since a node comes to lie beside the kink in one and on it in the other; their mean is several times better than
    /// either (in the manner of Laurie's anti-Gaussian rules, 1996).
    /// </summary>
    internal static GaussRule Average(GaussRule first, GaussRule second)
    {
        double[] nodes = [.. first.Nodes, .. second.Nodes];
        double[] weights = [.. first.Weights.Concat(second.Weights).Select(weight => 0.5 * weight)];
        Array.Sort(nodes, weights);
        return new GaussRule(nodes, weights);
    }

    /// <summary>The sum of weight times f(node).</summary>
    public double Sum(Func<double, double> function)
    {
        var sum = 0.0;
        for (var j = 0; j < Nodes.Length; j++)
        {
            sum += Weights[j] * function(Nodes[j]);
        }

        return sum;
    }
}
