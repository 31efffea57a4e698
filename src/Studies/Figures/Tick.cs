using System.Globalization;

namespace Looped.Studies.Figures;

/// <summary>A marked value of an axis and its label.</summary>
/// <param name="Value">Where it stands.</param>
/// <param name="Text">The label on the line; minus signs are U+2212.</param>
/// <param name="Superscript">What follows raised: the exponent of a power of ten; may be empty.</param>
public readonly record struct Tick(double Value, string Text, string Superscript = "")
{
    private const char Minus = '\u2212';

    /// <summary>A tick with its number as the label, no shorter than needed to read it back.</summary>
    public static Tick At(double value) => new(value, Signed(value.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>A tick with so many decimals.</summary>
    internal static Tick Fixed(double value, int decimals) =>
        new(value, Signed(value.ToString("F" + decimals, CultureInfo.InvariantCulture)));

    /// <summary>A tick at <c>sign * 10^exponent</c>.</summary>
    internal static Tick PowerOfTen(int sign, int exponent) =>
        new(sign * PowersOfTen.Of(exponent), sign < 0 ? $"{Minus}10" : "10", Exponent(exponent));

    /// <summary>
    /// A tick written as mantissa times a power of ten, such as 2.5 x 10^6; the mantissa has the decimals that tell
    /// multiples of <c>10^stepExponent</c> apart, less zeros at its end.
    /// </summary>
    internal static Tick Scientific(double value, int stepExponent)
    {
        if (value == 0)
        {
            return new Tick(0, "0");
        }

        var exponent = PowersOfTen.FloorLog(Math.Abs(value));
        var decimals = Math.Max(0, exponent - stepExponent);
        var mantissa = PowersOfTen.Scale(value, -exponent).ToString("F" + decimals, CultureInfo.InvariantCulture);
        if (decimals > 0)
        {
            mantissa = mantissa.TrimEnd('0').TrimEnd('.');
        }

        var text = mantissa switch { "1" => "10", "-1" => "-10", _ => mantissa + "\u00D710" };
        return new Tick(value, Signed(text), Exponent(exponent));
    }

    private static string Exponent(int exponent) => Signed(exponent.ToString(CultureInfo.InvariantCulture));

    private static string Signed(string number) => number.Replace('-', Minus);
}
