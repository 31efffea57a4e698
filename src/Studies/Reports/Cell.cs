using System.Globalization;

namespace Looped.Studies.Reports;

/// <summary>A cell of a table: text, or a number as text, which is set flush right.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="IsNumber">Whether it counts as a number.</param>
public readonly record struct Cell(string Text, bool IsNumber)
{
    private const char Minus = '\u2212';
    private const string NoNumber = "\u2013";

    /// <summary>A number in a .NET format, such as <c>0.00</c> or <c>P1</c>; NaN is a dash.</summary>
    public static Cell Number(double value, string format) => new(
        double.IsNaN(value) ? NoNumber : Signed(value.ToString(format, CultureInfo.InvariantCulture)), IsNumber: true);

    /// <summary>A number with four significant digits; very large and very small ones with a power of ten.</summary>
    public static Cell Number(double value)
    {
        var size = Math.Abs(value);
        if (double.IsInfinity(value))
        {
            return new Cell(value > 0 ? "\u221E" : $"{Minus}\u221E", IsNumber: true);
        }

        return size is 0 or (>= 1e-3 and < 1e6) || double.IsNaN(value)
            ? Number(value, size >= 1000 ? "0" : "G4")
            : Number(value, "0.###e+0");
    }

    /// <summary>Text as a cell.</summary>
    public static implicit operator Cell(string text) => new(text, IsNumber: false);

    /// <summary>A number with four significant digits as a cell.</summary>
    public static implicit operator Cell(double value) => Number(value);

    /// <summary>A whole number as a cell, all digits shown.</summary>
    public static implicit operator Cell(long value) =>
        new(Signed(value.ToString(CultureInfo.InvariantCulture)), IsNumber: true);

    /// <summary>A whole number as a cell, all digits shown.</summary>
    public static implicit operator Cell(int value) => (long)value;

    private static string Signed(string number) => number.Replace('-', Minus);
}
