using System.Numerics;

namespace Looped.Studies.Records;

/// <summary>
/// The cyclic redundancy check of Castagnoli's polynomial 1EDC6F41, bits reflected, register begun and ended with all ones.
/// </summary>
internal static class Crc32C
{
    /// <summary>The check value of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var register = uint.MaxValue;
        foreach (var value in bytes)
        {
            register = BitOperations.Crc32C(register, value);
        }

        return ~register;
    }

    /// <summary>
    /// The check value rotated right by 15 bits plus a constant, as records store it: a check over bytes that hold their own
    /// check would tell little.
    /// </summary>
    public static uint Masked(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Of(bytes), 15) + 0xA282EAD8;
}
