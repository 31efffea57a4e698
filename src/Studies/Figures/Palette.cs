namespace Looped.Studies.Figures;

/// <summary>
/// Eight colours for series that readers with any common colour vision tell apart (Okabe and Ito, <i>Color Universal
/// Design</i>, 2008), in an order that puts the darkest on white first and yellow last.
/// </summary>
public static class Palette
{
    public static readonly Rgb Blue = Rgb.Parse("#0072B2");

    public static readonly Rgb Vermillion = Rgb.Parse("#D55E00");

    public static readonly Rgb Green = Rgb.Parse("#009E73");

    public static readonly Rgb Purple = Rgb.Parse("#CC79A7");

    public static readonly Rgb Orange = Rgb.Parse("#E69F00");

    public static readonly Rgb SkyBlue = Rgb.Parse("#56B4E9");

    public static readonly Rgb Black = Rgb.Parse("#000000");

    public static readonly Rgb Yellow = Rgb.Parse("#F0E442");

    private static readonly Rgb[] Order = [Blue, Vermillion, Green, Purple, Orange, SkyBlue, Black, Yellow];

    /// <summary>Number of colours before they repeat.</summary>
    public static int Count => Order.Length;

    /// <summary>The colour of series number <paramref name="index"/>, from 0; after the last comes the first.</summary>
    public static Rgb At(int index) => Order[index % Order.Length];
}
