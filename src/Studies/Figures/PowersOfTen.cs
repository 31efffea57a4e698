namespace Looped.Studies.Figures;

/// <summary>Powers of ten, so computed that <c>Scale(3, -1)</c> is the number written 0.3.</summary>
internal static class PowersOfTen
{
    /// <summary><c>10^exponent</c>; exponents below zero by one division, which rounds once.</summary>
    public static double Of(int exponent) => exponent < 0 ? 1 / Math.Pow(10, -exponent) : Math.Pow(10, exponent);

    /// <summary><c>value * 10^exponent</c>.</summary>
    public static double Scale(double value, int exponent) =>
        exponent < 0 ? value / Math.Pow(10, -exponent) : value * Math.Pow(10, exponent);

    /// <summary>The largest k with <c>10^k &lt;= value</c>, for positive values.</summary>
    public static int FloorLog(double value)
    {
        // The logarithm of a number just below a power of ten may round up to the power's own.
        var k = (int)Math.Floor(Math.Log10(value));
        return Of(k) > value ? k - 1 : Of(k + 1) <= value ? k + 1 : k;
    }
}
