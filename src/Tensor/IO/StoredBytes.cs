namespace Looped.Tensors.IO;

/// <summary>What readers of binary files share.</summary>
internal static class StoredBytes
{
    /// <summary>Bytes read at a time.</summary>
    private const int ChunkBytes = 1 << 20;

    /// <summary>So many bytes of a stream.</summary>
    /// <exception cref="InvalidDataException">There are fewer; the message names <paramref name="name"/>.</exception>
    public static byte[] Read(Stream stream, int count, string name)
    {
        // Memory grows with what is really there, so that a header's claim alone cannot exhaust it.
        var bytes = new byte[Math.Min(count, ChunkBytes)];
        var filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(bytes.AsSpan(filled), bytes.Length - filled, throwOnEndOfStream: false);
            if (filled == count)
            {
                return bytes;
            }

            if (filled < bytes.Length)
            {
                throw new InvalidDataException(
                    $"{name} is truncated: {count} bytes were expected, {filled} are there.");
            }

            Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
        }
    }

    /// <summary>Turns the byte order of elements of a size, in place.</summary>
    public static void Swap(Span<byte> bytes, int size)
    {
        for (var start = 0; start < bytes.Length; start += size)
        {
            bytes.Slice(start, size).Reverse();
        }
    }
}
