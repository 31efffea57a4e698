using System.Globalization;

namespace Looped.Analysis;

/// <summary>
/// Entropy of a symmetric matrix: that of the law <c>p_i = |lambda_i| / sum_j |lambda_j|</c> over its eigenvalues.
/// </summary>
public static class MatrixEntropy
{
    /// <summary>
    /// <c>E = -sum_i p_i ln p_i</c> in nats: 0 for a matrix of rank one, ln n where all magnitudes are equal, and 0 for
    /// the zero matrix.
    /// </summary>
    /// <param name="values">The eigenvalues, in any order.</param>
    /// <exception cref="ArgumentException">An eigenvalue is not finite.</exception>
    public static double Of(ReadOnlySpan<double> values)
    {
        var total = TotalMagnitude(values, out var largest);
        var entropy = 0.0;
        foreach (var value in values)
        {
            if (value != 0)
            {
                entropy -= SurprisalTerm(Math.Abs(value) / largest / total);
            }
        }

        // A law with a single outcome leaves minus zero, and rounding may go a little below.
        return Math.Max(0, entropy);
    }

    /// <summary>The law p; all zero for the zero matrix.</summary>
    internal static void Law(ReadOnlySpan<double> values, Span<double> law)
    {
        var total = TotalMagnitude(values, out var largest);
        for (var i = 0; i < values.Length; i++)
        {
            law[i] = values[i] == 0 ? 0 : Math.Abs(values[i]) / largest / total;
        }
    }

    /// <summary><c>-tr A ln A</c> of a positive semidefinite matrix from its eigenvalues; those that rounding made negative count as zero.</summary>
    internal static double VonNeumann(ReadOnlySpan<double> values)
    {
        var entropy = 0.0;
        foreach (var value in values)
        {
            entropy -= SurprisalTerm(value);
        }

        return entropy;
    }

    /// <summary><c>x ln x</c>, continued by zero.</summary>
    private static double SurprisalTerm(double x) => x > 0 ? x * Math.Log(x) : 0;

    /// <summary>The sum of magnitudes in units of the largest one, which cannot overflow.</summary>
    private static double TotalMagnitude(ReadOnlySpan<double> values, out double largest)
    {
        largest = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Eigenvalues must be finite, but number {i} is {values[i]}."),
                    nameof(values));
            }

            largest = Math.Max(largest, Math.Abs(values[i]));
        }

        var total = 0.0;
        foreach (var value in values)
        {
            total += value == 0 ? 0 : Math.Abs(value) / largest;
        }

        return total;
    }
}
