namespace Looped.Tensors.IO;

/// <summary>
/// The cyclic redundancy check of ZIP members and PNG chunks: polynomial 04C11DB7, bits reflected, register begun and
/// ended with all ones (ISO 3309).
/// </summary>
public static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>The check value of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var register = uint.MaxValue;
        foreach (var value in bytes)
        {
            register = (register >> 8) ^ Table[(byte)register ^ value];
        }

        return ~register;
    }

    private static uint[] MakeTable()
    {
        const uint ReflectedPolynomial = 0xEDB88320;
        var table = new uint[256];
        for (var value = 0U; value < table.Length; value++)
        {
            var register = value;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register & 1) == 0 ? register >> 1 : (register >> 1) ^ ReflectedPolynomial;
            }

            table[value] = register;
        }

        return table;
    }
}
