namespace Looped.Kernels;

/// <summary>
/// Derivatives of GELU, <c>y = x (1 + t) / 2</c>, in x. The tanh form has <c>t = tanh u</c>, <c>u = s (x + c x^3)</c>,
/// and with <c>q = 1 - t^2</c> so <c>t' = q u'</c> and <c>t'' = q (u'' - 2 t u'^2)</c>; the exact form has <c>t = erf(x
/// / sqrt 2)</c>, whose slope is twice the normal density.
/// </summary>
internal static class GeluFunctions
{
    /// <summary>s: the square root of 2/pi.</summary>
    public const double Slope = 0.79788456080286536;

    /// <summary>c.</summary>
    public const double Cubic = 0.044715;

    /// <summary>The normal density at zero.</summary>
    public const double Density = 0.3989422804014327;

    public static double TanhSlope(double x, double t)
    {
        var u1 = Slope * (1 + (3 * Cubic * x * x));
        return 0.5 * (1 + t + (x * (1 - (t * t)) * u1));
    }

    public static double TanhCurvature(double x, double t)
    {
        var u1 = Slope * (1 + (3 * Cubic * x * x));
        var u2 = 6 * Slope * Cubic * x;
        return (1 - (t * t)) * (u1 + (x * ((0.5 * u2) - (t * u1 * u1))));
    }

    public static double ErfSlope(double x, double t) => (0.5 * (1 + t)) + (x * Density * Math.Exp(-0.5 * x * x));

    public static double ErfCurvature(double x) => Density * Math.Exp(-0.5 * x * x) * (2 - (x * x));
}
