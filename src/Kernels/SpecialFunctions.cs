namespace Looped.Kernels;

/// <summary>Functions that the runtime lacks, in float64.</summary>
internal static class SpecialFunctions
{
    private const double TwoOverRootPi = 1.1283791670955126;

    /// <summary>Below it the series for erf converges quickly, above it the continued fraction.</summary>
    private const double SeriesLimit = 2;

    /// <summary>Above it erf rounds to one.</summary>
    private const double OneLimit = 6;

    /// <summary>Partial quotients that the continued fraction needs at <see cref="SeriesLimit"/>.</summary>
    private const int Quotients = 60;

    /// <summary><c>ln(1 + e^x)</c>: as <c>max(x, 0) + ln(1 + e^-|x|)</c> nothing overflows and no digit is lost.</summary>
    public static double Softplus(double x)
    {
        var small = Math.Exp(-Math.Abs(x));

        // ln(1 + s) loses the digits of a small s; the correction (s - (u - 1)) / u puts them back.
        var u = 1 + small;
        return Math.Max(x, 0) + Math.Log(u) + ((small - (u - 1)) / u);
    }

    /// <summary>
    /// The error function: <c>2/sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (1 3 .. (2n+1))</c> near zero, whose terms are all of
    /// one sign, and one less the continued fraction of the complement elsewhere (Abramowitz and Stegun, 7.1.6 and 7.1.14).
    /// </summary>
    public static double Erf(double x)
    {
        var size = Math.Abs(x);
        if (double.IsNaN(x) || size >= OneLimit)
        {
            return double.IsNaN(x) ? x : Math.CopySign(1, x);
        }

        var square = x * x;
        if (size <= SeriesLimit)
        {
            var (term, total) = (x, x);
            for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(total); n++)
            {
                term *= 2 * square / ((2 * n) + 1);
                total += term;
            }

            return TwoOverRootPi * Math.Exp(-square) * total;
        }

        var tail = size;
        for (var k = Quotients; k > 0; k--)
        {
            tail = size + (0.5 * k / tail);
        }

        return Math.CopySign(1 - (0.5 * TwoOverRootPi * Math.Exp(-square) / tail), x);
    }
}
