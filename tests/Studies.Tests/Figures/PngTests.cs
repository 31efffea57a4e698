using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

public class PngTests
{
    private static readonly Rgb[] Colours = [new(1, 2, 3), new(255, 0, 128), new(9, 200, 77)];

    [Fact]
    public void ChecksumsAreTheOnesOfTheStandard()
    {
        Assert.Equal(0xCBF43926u, Png.Crc32(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0xAE426082u, Png.Crc32(Encoding.ASCII.GetBytes("IEND")));

        // The header of a palette image of one pixel, and the end of every image.
        var read = PngReader.Read(Png.Encode(1, 1, [0], Colours));
        Assert.Equal(0x28CB34BBu, read.Checksums["IHDR"]);
        Assert.Equal(0xAE426082u, read.Checksums["IEND"]);
    }

    [Fact]
    public void EveryPixelComesBack() => Prop.ForAll(
        Gen.Choose(1, 40).ToArbitrary(),
        Gen.Choose(1, 40).ToArbitrary(),
        Gen.Choose(0, 1000).ToArbitrary(),
        (width, height, seed) =>
        {
            var random = new System.Random(seed);
            byte[] pixels = [.. Enumerable.Range(0, width * height).Select(_ => (byte)random.Next(Colours.Length))];
            var read = PngReader.Read(Png.Encode(width, height, pixels, Colours));
            Assert.Equal((width, height), (read.Width, read.Height));
            Assert.Equal(pixels.Select(p => Colours[p]), read.Pixels.Cast<Rgb>());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SizesAndColoursMustFit()
    {
        Assert.Throws<ArgumentException>(() => Png.Encode(2, 2, [0, 0, 0], Colours));
        Assert.Throws<ArgumentException>(() => Png.Encode(1, 1, [3], Colours));
        Assert.Throws<ArgumentException>(() => Png.Encode(1, 1, [0], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.Encode(0, 1, [], Colours));
    }
}
