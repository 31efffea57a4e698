namespace Looped.Tensors.IO;

/// <summary>
/// An element type of safetensors files: the code that headers give it, the bytes of an element, and the type of the
/// arrays that it is read as. Types that no arithmetic here knows are widened to float32, which holds them exactly.
/// </summary>
internal sealed record SafetensorsType(string Code, int Size, NpyType ReadAs)
{
    /// <summary>1 sign, 8 exponent and 7 fraction bits: the upper half of a float32.</summary>
    private const string BrainFloat = "BF16";

    /// <summary>All types that are read, in the order in which files store their tensors: large elements first.</summary>
    private static readonly SafetensorsType[] Table =
    [
        new("I64", 8, NpyType.Int64),
        new("F64", 8, NpyType.Float64),
        new("F32", 4, NpyType.Float32),
        new("I32", 4, NpyType.Int32),
        new(BrainFloat, 2, NpyType.Float32),
        new("F16", 2, NpyType.Float32),
        new("U8", 1, NpyType.UInt8),
        new("BOOL", 1, NpyType.Bool),
    ];

    /// <summary>The codes of every type, as an error message lists them.</summary>
    public static string AllCodes { get; } = string.Join(", ", Table.Select(type => type.Code));

    /// <summary>Place among the types of a file.</summary>
    public int Order => Array.IndexOf(Table, this);

    /// <summary>The type with this code, or null.</summary>
    public static SafetensorsType? FromCode(string? code) => Array.Find(Table, type => type.Code == code);

    /// <summary>The type that arrays of a type are written as, or null.</summary>
    public static SafetensorsType? Of(NpyType type) =>
        Array.Find(Table, stored => stored.ReadAs == type && stored.Size == type.Size());

    /// <summary>Elements as stored, in little-endian order, as those of an array; the given bytes may be kept.</summary>
    public byte[] Decode(byte[] stored)
    {
        if (!BitConverter.IsLittleEndian)
        {
            StoredBytes.Swap(stored, Size);
        }

        return Size == ReadAs.Size() ? stored : Widen(stored);
    }

    private byte[] Widen(byte[] stored)
    {
        var widened = new byte[checked(2 * stored.Length)];
        for (var start = 0; start < stored.Length; start += Size)
        {
            var value = Code == BrainFloat
                ? BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(stored, start) << 16)
                : (float)BitConverter.ToHalf(stored, start);
            BitConverter.TryWriteBytes(widened.AsSpan(2 * start), value);
        }

        return widened;
    }
}
