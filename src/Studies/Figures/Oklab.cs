namespace Looped.Studies.Figures;

/// <summary>
/// A colour in Oklab (B. Ottosson, <i>A perceptual color space for image processing</i>, 2020), where equal distances
/// look about equally large: <c>L</c> is lightness, from 0 (black) to 1 (white), <c>A</c> runs from green to red and
/// <c>B</c> from blue to yellow.
/// </summary>
public readonly record struct Oklab(double L, double A, double B)
{
    /// <summary>The Oklab coordinates of an sRGB colour.</summary>
    public static Oklab From(Rgb colour)
    {
        var (r, g, b) = (Linear(colour.R), Linear(colour.G), Linear(colour.B));
        var l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        var m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        var s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return new Oklab(
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s));
    }

    /// <summary>The nearest sRGB colour, each channel clipped to what a screen can show.</summary>
    public Rgb ToRgb()
    {
        var l = Cube(L + (0.3963377774 * A) + (0.2158037573 * B));
        var m = Cube(L - (0.1055613458 * A) - (0.0638541728 * B));
        var s = Cube(L - (0.0894841775 * A) - (1.2914855480 * B));
        return new Rgb(
            Encoded((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s)),
            Encoded((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s)),
            Encoded((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s)));
    }

    /// <summary>The colour a share <paramref name="t"/> of the way, 0 .. 1, to another.</summary>
    public Oklab Towards(Oklab other, double t) =>
        new(L + (t * (other.L - L)), A + (t * (other.A - A)), B + (t * (other.B - B)));

    private static double Cube(double x) => x * x * x;

    // The sRGB transfer function, IEC 61966-2-1.
    private static double Linear(byte channel)
    {
        var c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }

    private static byte Encoded(double c)
    {
        var encoded = c <= 0.0031308 ? 12.92 * c : (1.055 * Math.Pow(c, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(255 * Math.Clamp(encoded, 0, 1));
    }
}
