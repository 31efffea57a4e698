using System.Globalization;

namespace Looped.Studies.Figures;

/// <summary>An opaque colour, eight bits a channel, in sRGB.</summary>
public readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>The colour written as <c>#RRGGBB</c>.</summary>
    /// <exception cref="FormatException">The text is not a hash sign and six hexadecimal digits.</exception>
    public static Rgb Parse(string hex)
    {
        if (hex.Length != 7 || hex[0] != '#'
            || !int.TryParse(hex.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
        {
            throw new FormatException($"'{hex}' is not a colour; write it as #RRGGBB.");
        }

        return new Rgb((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits);
    }

    /// <summary>As SVG and CSS write it: <c>#RRGGBB</c>.</summary>
    public override string ToString() => $"#{R:X2}{G:X2}{B:X2}";
}
