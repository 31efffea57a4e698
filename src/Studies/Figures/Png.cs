using System.Buffers.Binary;
using System.IO.Compression;

namespace Looped.Studies.Figures;

/// <summary>
/// Writes images as PNG (ISO/IEC 15948): a signature and the chunks IHDR, PLTE, IDAT and IEND, with a palette of at
/// most 256 colours and a byte a pixel.
/// </summary>
public static class Png
{
    private const byte BitDepth = 8;
    private const byte IndexedColour = 3;

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>The file of a <paramref name="width"/> x <paramref name="height"/> image.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Number of rows.</param>
    /// <param name="pixels">Row-major from the top left, each the number of a colour in the palette.</param>
    /// <param name="palette">1 to 256 colours.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or a pixel names no colour of the palette.</exception>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> pixels, IReadOnlyList<Rgb> palette)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var size = (long)width * height;
        if (pixels.Length != size)
        {
            throw new ArgumentException($"An image of {width} x {height} has {size} pixels, not {pixels.Length}.");
        }

        if (palette.Count is < 1 or > 256)
        {
            throw new ArgumentException($"A palette has 1 to 256 colours, not {palette.Count}.");
        }

        if (palette.Count < 256 && pixels.ContainsAnyExceptInRange((byte)0, (byte)(palette.Count - 1)))
        {
            throw new ArgumentException($"A pixel names a colour outside the palette of {palette.Count}.");
        }

        using var file = new MemoryStream();
        file.Write(Signature);
        WriteChunk(file, "IHDR"u8, Header(width, height));
        WriteChunk(file, "PLTE"u8, [.. palette.SelectMany(c => new[] { c.R, c.G, c.B })]);
        WriteChunk(file, "IDAT"u8, Compress(width, height, pixels));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>The image as a <c>data:</c> address that an <c>&lt;image&gt;</c> element can hold.</summary>
    public static string DataUri(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    /// <summary>CRC-32 of a chunk's type and data, as in annex D of the standard.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static byte[] Header(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = BitDepth;
        header[9] = IndexedColour;
        return header;
    }

    // Every row starts with the number of its filter; 0 (none) is the standard's advice for palettes.
    private static byte[] Compress(int width, int height, ReadOnlySpan<byte> pixels)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var row = 0; row < height; row++)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(row * width, width));
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);

        byte[] typed = [.. type, .. data];
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32(typed));
        file.Write(word);
    }

    // 0xEDB88320 holds the coefficients of the standard's polynomial, the highest power in the lowest bit.
    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
            {
                c = (c & 1) == 0 ? c >> 1 : (c >> 1) ^ 0xEDB88320;
            }

            table[n] = c;
        }

        return table;
    }
}
