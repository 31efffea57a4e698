namespace Looped.Studies.Figures.Drawing;

/// <summary>Sizes, in pixels, and colours that all figures share.</summary>
internal static class Theme
{
    public const string FontFamily = "Helvetica, Arial, 'Liberation Sans', sans-serif";

    public const double TitleSize = 16;
    public const double SubtitleSize = 12.5;
    public const double PanelTitleSize = 13;
    public const double CaptionSize = 12.5;
    public const double LegendSize = 12;
    public const double TickSize = 11;

    /// <summary>Height of a line of text in units of its size.</summary>
    public const double LineHeight = 1.3;

    /// <summary>Distance from the middle of a line of digits to its baseline in units of its size.</summary>
    public const double HalfDigit = 0.36;

    /// <summary>Size of a superscript in units of the text it belongs to.</summary>
    public const double Superscript = 0.74;

    public const double OuterMargin = 14;
    public const double ColumnGap = 18;
    public const double RowGap = 14;
    public const double TickLength = 4;

    public const string Ink = "#222222";
    public const string SoftInk = "#555555";
    public const string AxisColour = "#444444";
    public const string GridColour = "#E4E4E4";
    public const string MinorGridColour = "#F1F1F1";
    public const double BandOpacity = 0.22;
    public const double BarOpacity = 0.42;

    /// <summary>The dashes of a line of this style and width; null for none.</summary>
    public static string? Dashes(LineStyle style) => style switch
    {
        LineStyle.Dashed => "6 4",
        LineStyle.Dotted => "1.5 3",
        _ => null,
    };
}
