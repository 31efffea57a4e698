using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

/// <summary>Reads palette images without filters back, and knows nothing of how they were written.</summary>
internal sealed record PngReader(int Width, int Height, Rgb[,] Pixels, IReadOnlyDictionary<string, uint> Checksums)
{
    public static PngReader Read(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var chunks = new Dictionary<string, byte[]>();
        var checksums = new Dictionary<string, uint>();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var type = Encoding.ASCII.GetString(file, at + 4, 4);
            chunks.Add(type, file[(at + 8)..(at + 8 + length)]);
            checksums.Add(type, BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            at += 12 + length;
        }

        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], chunks.Keys);
        var header = chunks["IHDR"];
        var width = BinaryPrimitives.ReadInt32BigEndian(header);
        var height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        Assert.Equal([8, 3, 0, 0, 0], header[8..]);

        using var inflated = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress))
        {
            zlib.CopyTo(inflated);
        }

        var rows = inflated.ToArray();
        Assert.Equal(height * (width + 1), rows.Length);
        var (palette, pixels) = (chunks["PLTE"], new Rgb[height, width]);
        for (var row = 0; row < height; row++)
        {
            Assert.Equal(0, rows[row * (width + 1)]);
            for (var column = 0; column < width; column++)
            {
                var colour = 3 * rows[(row * (width + 1)) + 1 + column];
                pixels[row, column] = new Rgb(palette[colour], palette[colour + 1], palette[colour + 2]);
            }
        }

        return new PngReader(width, height, pixels, checksums);
    }
}
