using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

public class HeatMapTests
{
    [Fact]
    public void ADivergingMapPutsZeroInTheMiddle()
    {
        var map = new HeatMap(new[,] { { -0.001, 0, 10 } })
        {
            ColourScale = Scale.SymmetricLog(1e-6),
            Map = ColourMap.Diverging,
        };
        Assert.Equal(new AxisRange(-10, 10), map.EffectiveLimits());
        Assert.Equal(Rgb.Parse("#F7F7F7"), map.ColourOf(0));
        Assert.Equal(Rgb.Parse("#6B2013"), map.ColourOf(10));
        Assert.Equal(Rgb.Parse("#083C75"), map.ColourOf(-10));
        Assert.Equal(ColourMap.Missing, map.ColourOf(double.NaN));
    }

    [Fact]
    public void ALogScalePutsTheGeometricMeanInTheMiddle()
    {
        var map = new HeatMap(new[,] { { 1e-4, 1.0 }, { 0, -1 } }) { ColourScale = Scale.Log10 };
        Assert.Equal(new AxisRange(1e-4, 1), map.EffectiveLimits());
        Assert.Equal(Rgb.Parse("#440154"), map.ColourOf(1e-4));
        Assert.Equal(Rgb.Parse("#21918C"), map.ColourOf(1e-2));
        Assert.Equal(Rgb.Parse("#FDE725"), map.ColourOf(1));
        Assert.Equal(ColourMap.Missing, map.ColourOf(0));
    }

    [Fact]
    public void ValuesBeyondGivenLimitsTakeTheOutermostColours()
    {
        var map = new HeatMap(new[,] { { -5.0, 5.0 } }) { Limits = new AxisRange(0, 1) };
        Assert.Equal(ColourMap.Sequential.At(0), map.ColourOf(-5));
        Assert.Equal(ColourMap.Sequential.At(1), map.ColourOf(5));
    }

    [Fact]
    public void TheImageHasAPixelACellAndRowZeroAtTheBottom()
    {
        var map = new HeatMap(new[,] { { 0, 1, 2 }, { 3, double.NaN, 4.0 } });
        var image = PngReader.Read(map.ToPng());
        Assert.Equal((3, 2), (image.Width, image.Height));
        Assert.Equal(map.ColourOf(0), image.Pixels[1, 0]);
        Assert.Equal(map.ColourOf(2), image.Pixels[1, 2]);
        Assert.Equal(map.ColourOf(3), image.Pixels[0, 0]);
        Assert.Equal(ColourMap.Missing, image.Pixels[0, 1]);
        Assert.Equal(ColourMap.Sequential.At(1), image.Pixels[0, 2]);
    }

    [Fact]
    public void AllOrNothingAlikeStillHasLimits()
    {
        Assert.Equal(new AxisRange(-1, 1), new HeatMap(new double[2, 2]).EffectiveLimits());
        Assert.Equal(new AxisRange(0, 1), new HeatMap(new[,] { { double.NaN } }).EffectiveLimits());
        Assert.Throws<ArgumentException>(() => new HeatMap(new double[0, 3]));
    }
}
