namespace Looped.Tensors.IO;

/// <summary>The element types of NPY files that are read here; byte order aside, numpy's names in lower case.</summary>
public enum NpyType
{
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float16,
    Float32,
    Float64,
}

/// <summary>Facts about the element types of NPY files.</summary>
public static class NpyTypes
{
    private static readonly (NpyType Type, string Code, int Size, Type Element)[] Table =
    [
        (NpyType.Bool, "b1", 1, typeof(bool)),
        (NpyType.Int8, "i1", 1, typeof(sbyte)),
        (NpyType.Int16, "i2", 2, typeof(short)),
        (NpyType.Int32, "i4", 4, typeof(int)),
        (NpyType.Int64, "i8", 8, typeof(long)),
        (NpyType.UInt8, "u1", 1, typeof(byte)),
        (NpyType.UInt16, "u2", 2, typeof(ushort)),
        (NpyType.UInt32, "u4", 4, typeof(uint)),
        (NpyType.UInt64, "u8", 8, typeof(ulong)),
        (NpyType.Float16, "f2", 2, typeof(Half)),
        (NpyType.Float32, "f4", 4, typeof(float)),
        (NpyType.Float64, "f8", 8, typeof(double)),
    ];

    /// <summary>The codes of every type, as an error message lists them.</summary>
    internal static string AllCodes { get; } = string.Join(", ", Table.Select(row => row.Code));

    /// <summary>Bytes of one element.</summary>
    public static int Size(this NpyType type) => Table[(int)type].Size;

    /// <summary>Kind and size as in a header's <c>descr</c>, without the byte order: <c>f8</c>.</summary>
    public static string Code(this NpyType type) => Table[(int)type].Code;

    /// <summary>Whether the elements are signed or unsigned integers (bool is not).</summary>
    public static bool IsInteger(this NpyType type) => type is >= NpyType.Int8 and <= NpyType.UInt64;

    /// <summary>The element type with this code, or null.</summary>
    internal static NpyType? FromCode(ReadOnlySpan<char> code)
    {
        foreach (var row in Table)
        {
            if (code.SequenceEqual(row.Code))
            {
                return row.Type;
            }
        }

        return null;
    }

    /// <summary>The element type that stores values of <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentException">NPY files of <typeparamref name="T"/> are not written here.</exception>
    internal static NpyType Of<T>()
    {
        foreach (var row in Table)
        {
            if (row.Element == typeof(T))
            {
                return row.Type;
            }
        }

        throw new ArgumentException(
            $"Elements of type {typeof(T).Name} cannot be stored as NPY; allowed are " +
            $"{string.Join(", ", Table.Select(row => row.Element.Name))}.");
    }
}
