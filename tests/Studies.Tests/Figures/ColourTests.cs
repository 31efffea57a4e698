using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

public class ColourTests
{
    [Theory]
    [InlineData("#FFFFFF", 1, 0, 0)]
    [InlineData("#000000", 0, 0, 0)]
    [InlineData("#FF0000", 0.627955, 0.224863, 0.125846)]
    [InlineData("#00FF00", 0.866440, -0.233888, 0.179498)]
    [InlineData("#0000FF", 0.452014, -0.032457, -0.311528)]
    public void OklabHasItsPublishedCoordinates(string colour, double l, double a, double b)
    {
        var lab = Oklab.From(Rgb.Parse(colour));
        Assert.Equal(l, lab.L, 4);
        Assert.Equal(a, lab.A, 4);
        Assert.Equal(b, lab.B, 4);
    }

    [Fact]
    public void OklabAndBackIsTheSameColour()
    {
        for (var i = 0; i < 4096; i++)
        {
            var colour = new Rgb((byte)(17 * (i & 15)), (byte)(17 * ((i >> 4) & 15)), (byte)(17 * (i >> 8)));
            Assert.Equal(colour, Oklab.From(colour).ToRgb());
        }
    }

    [Fact]
    public void TheSequentialMapGetsLighterAtEveryStep()
    {
        var lightness = ColourMap.Sequential.Steps.Select(c => Oklab.From(c).L).ToList();
        Assert.All(lightness.Zip(lightness.Skip(1)), pair => Assert.True(pair.First < pair.Second + 1e-3));
        Assert.True(lightness[^1] - lightness[0] > 0.6);
    }

    [Fact]
    public void TheDivergingMapIsLightestInTheMiddleAndEquallyDarkOnBothSides()
    {
        var lightness = ColourMap.Diverging.Steps.Select(c => Oklab.From(c).L).ToList();
        for (var i = 0; i < ColourMap.Levels / 2; i++)
        {
            Assert.True(lightness[i] < lightness[i + 1] + 1e-3);
            Assert.Equal(lightness[i], lightness[^(i + 1)], 0.01);
        }
    }

    [Fact]
    public void MapsPassThroughTheirControlColours()
    {
        Assert.Equal(Rgb.Parse("#440154"), ColourMap.Sequential.At(0));
        Assert.Equal(Rgb.Parse("#21918C"), ColourMap.Sequential.At(0.5));
        Assert.Equal(Rgb.Parse("#FDE725"), ColourMap.Sequential.At(1));
        Assert.Equal(Rgb.Parse("#F7F7F7"), ColourMap.Diverging.At(0.5));
        Assert.Equal(ColourMap.Sequential.At(1), ColourMap.Sequential.At(7));
        Assert.Equal(ColourMap.Missing, ColourMap.Sequential.At(double.NaN));
    }

    [Fact]
    public void ThePaletteIsEightDifferentColoursAndRepeats()
    {
        Assert.Equal(8, Enumerable.Range(0, 100).Select(Palette.At).Distinct().Count());
        Assert.Equal(Palette.At(1), Palette.At(9));
    }

    [Theory]
    [InlineData("red")]
    [InlineData("#12345")]
    [InlineData("#12345G")]
    public void WhatIsNoColourIsRefused(string text) => Assert.Throws<FormatException>(() => Rgb.Parse(text));
}
