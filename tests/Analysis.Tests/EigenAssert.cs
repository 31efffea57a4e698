using Looped.Kernels;

namespace Looped.Analysis.Tests;

/// <summary>What it means that a computed decomposition is right.</summary>
internal static class EigenAssert
{
    /// <summary>
    /// With both register widths: values-only and full solution within <c>10 n eps ||A||</c> of the exact values, and
    /// residual and orthogonality of the vectors.
    /// </summary>
    public static void Solves(double[] matrix, double[] exact)
    {
        var n = exact.Length;
        using var team = new WorkerTeam(2);
        var sorted = exact.Order().ToArray();
        foreach (var wide in new[] { false, true })
        {
            var solver = new SymmetricEigensolver(n, team, wide);
            var (values, valuesOnly, vectors) = (new double[n], new double[n], new double[n * n]);
            solver.Values(matrix, valuesOnly);
            solver.Decompose(matrix, values, vectors);
            ValuesAgree(sorted, valuesOnly);
            ValuesAgree(sorted, values);
            IsDecomposition(matrix, values, vectors);
        }
    }

    public static void ValuesAgree(double[] exact, double[] values)
    {
        var tolerance = 10 * exact.Length * Matrices.Epsilon * Norm(exact);
        for (var j = 0; j < exact.Length; j++)
        {
            Assert.True(
                Math.Abs(exact[j] - values[j]) <= tolerance,
                $"value {j}: {values[j]:R} for {exact[j]:R}, off by {Math.Abs(exact[j] - values[j]):E2} > {tolerance:E2}");
            Assert.True(j == 0 || values[j - 1] <= values[j], $"values {j - 1} and {j} are not ascending");
        }
    }

    /// <summary><c>||A V - V L|| &lt;= 10 n eps ||A||</c> and <c>||V'V - I|| &lt;= 10 n eps</c> in the Frobenius norm, which bounds the spectral one.</summary>
    public static void IsDecomposition(double[] matrix, double[] values, double[] vectors)
    {
        var n = values.Length;

        // In units of the norm, so that no square overflows or vanishes.
        var norm = Norm(values);
        var unit = norm > 0 ? norm : 1;
        var scaled = matrix.Select(x => x / unit).ToArray();
        var image = Matrices.Multiply(vectors, scaled, n);
        var gram = Matrices.Multiply(vectors, Matrices.Transposed(vectors, n), n);
        var (residual, defect) = (0.0, 0.0);
        for (var k = 0; k < n * n; k++)
        {
            residual += Math.Pow(image[k] - values[k / n] / unit * vectors[k], 2);
            defect += Math.Pow(gram[k] - (k / n == k % n ? 1 : 0), 2);
        }

        var tolerance = 10 * n * Matrices.Epsilon;
        Assert.True(Math.Sqrt(residual) <= tolerance, $"residual {Math.Sqrt(residual):E2} > {tolerance:E2} for n = {n}");
        Assert.True(Math.Sqrt(defect) <= tolerance, $"orthogonality {Math.Sqrt(defect):E2} > {tolerance:E2} for n = {n}");
    }

    private static double Norm(double[] values) => values.Length == 0 ? 0 : values.Max(Math.Abs);
}
