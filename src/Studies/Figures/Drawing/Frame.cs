namespace Looped.Studies.Figures.Drawing;

/// <summary>The data area of a panel, in pixels, and the way from values to pixels.</summary>
internal sealed record Frame(double Left, double Top, double Width, double Height, AxisModel XAxis, AxisModel YAxis)
{
    // Far outside, numbers would lose their decimals in a browser's float; the line is clipped long before.
    private const double Farthest = 50;

    public double Right => Left + Width;

    public double Bottom => Top + Height;

    /// <summary>The pixel of a value of the x axis; NaN if it has none.</summary>
    public double X(double value) => Left + (Width * Limited(XAxis.Share(value)));

    /// <summary>The pixel of a value of the y axis; NaN if it has none.</summary>
    public double Y(double value) => Bottom - (Height * Limited(YAxis.Share(value)));

    private static double Limited(double share) => Math.Clamp(share, -Farthest, Farthest);
}
