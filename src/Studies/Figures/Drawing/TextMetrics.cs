namespace Looped.Studies.Figures.Drawing;

/// <summary>
/// How wide text is, without a font at hand: the advance widths of Helvetica, which Arial and Liberation Sans share.
/// </summary>
internal static class TextMetrics
{
    private const double BoldFactor = 1.07;

    // Advance widths of U+0020 .. U+007E in thousandths of the size.
    private static readonly short[] Widths =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>Width in pixels of a line of text.</summary>
    public static double Width(string text, double size, bool bold = false)
    {
        var thousandths = 0.0;
        foreach (var rune in text.EnumerateRunes())
        {
            thousandths += rune.Value switch
            {
                >= ' ' and <= '~' => Widths[rune.Value - ' '],
                >= 0x2E80 => 1000,
                _ => 600,
            };
        }

        return thousandths * size / 1000 * (bold ? BoldFactor : 1);
    }

    /// <summary>Width in pixels of a tick's label.</summary>
    public static double Width(Tick tick, double size) =>
        Width(tick.Text, size) + Width(tick.Superscript, Theme.Superscript * size);

    /// <summary>The text in lines no wider than asked, broken between words, or inside too wide a word.</summary>
    public static List<string> Wrap(string text, double size, double width, bool bold = false)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var piece in Pieces(word, size, width, bold))
            {
                var longer = line.Length == 0 ? piece : $"{line} {piece}";
                if (line.Length > 0 && Width(longer, size, bold) > width)
                {
                    lines.Add(line);
                    longer = piece;
                }

                line = longer;
            }
        }

        if (line.Length > 0)
        {
            lines.Add(line);
        }

        return lines;
    }

    private static IEnumerable<string> Pieces(string word, double size, double width, bool bold)
    {
        var piece = "";
        foreach (var rune in word.EnumerateRunes())
        {
            if (piece.Length > 0 && Width(piece + rune, size, bold) > width)
            {
                yield return piece;
                piece = "";
            }

            piece += rune;
        }

        yield return piece;
    }
}
