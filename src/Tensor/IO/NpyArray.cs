using System.Numerics;
using System.Runtime.InteropServices;

namespace Looped.Tensors.IO;

/// <summary>
/// What an NPY file holds, and a tensor of a safetensors file: an array of any of the <see cref="NpyType"/>s, its
/// elements in C order (last axis fastest) and in the machine's own byte order, whatever the file's were. Immutable.
/// </summary>
public sealed class NpyArray
{
    private readonly byte[] _bytes;

    internal NpyArray(string name, Shape shape, NpyType type, byte[] bytes)
    {
        Name = name;
        Shape = shape;
        Type = type;
        _bytes = bytes;
    }

    /// <summary>The file, or member of a file, that the array came from: the name that errors give it.</summary>
    public string Name { get; }

    /// <summary>The extents of the axes; <c>()</c> is a scalar.</summary>
    public Shape Shape { get; }

    /// <summary>The type of the elements as stored.</summary>
    public NpyType Type { get; }

    /// <summary>The elements as stored, in C order and the machine's byte order.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>An array with a copy of these elements, in C order.</summary>
    /// <exception cref="ArgumentException">
    /// The number of values is not the shape's, or NPY files of <typeparamref name="T"/> are not written here.
    /// </exception>
    public static NpyArray Create<T>(Shape shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        RequireCount(shape, values.Length);
        return new NpyArray("(in memory)", shape, NpyTypes.Of<T>(), MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>
    /// The elements as float64, in C order. Exact for float16, float32, bool (0 or 1) and integers of up to 53 bits;
    /// wider integers are rounded to nearest.
    /// </summary>
    public double[] ToDoubles() => Type switch
    {
        NpyType.Bool => Array.ConvertAll(_bytes, value => value == 0 ? 0.0 : 1.0),
        NpyType.Int8 => Widen<sbyte, double>(),
        NpyType.Int16 => Widen<short, double>(),
        NpyType.Int32 => Widen<int, double>(),
        NpyType.Int64 => Widen<long, double>(),
        NpyType.UInt8 => Widen<byte, double>(),
        NpyType.UInt16 => Widen<ushort, double>(),
        NpyType.UInt32 => Widen<uint, double>(),
        NpyType.UInt64 => Widen<ulong, double>(),
        NpyType.Float16 => Widen<Half, double>(),
        NpyType.Float32 => Widen<float, double>(),
        _ => MemoryMarshal.Cast<byte, double>(_bytes).ToArray(),
    };

    /// <summary>The elements as 64-bit integers, in C order.</summary>
    /// <exception cref="InvalidDataException">
    /// The stored type is not an integer type (floats with integral values and bools are not taken for integers), or an
    /// unsigned value is above 2^63 - 1.
    /// </exception>
    public long[] ToIntegers()
    {
        try
        {
            return Type switch
            {
                NpyType.Int8 => Widen<sbyte, long>(),
                NpyType.Int16 => Widen<short, long>(),
                NpyType.Int32 => Widen<int, long>(),
                NpyType.Int64 => MemoryMarshal.Cast<byte, long>(_bytes).ToArray(),
                NpyType.UInt8 => Widen<byte, long>(),
                NpyType.UInt16 => Widen<ushort, long>(),
                NpyType.UInt32 => Widen<uint, long>(),
                NpyType.UInt64 => Widen<ulong, long>(),
                _ => throw new InvalidDataException(
                    $"{Name} holds {Type.Code()} where integers are needed; " +
                    "allowed are i1, i2, i4, i8, u1, u2, u4, u8."),
            };
        }
        catch (OverflowException)
        {
            throw new InvalidDataException($"{Name} holds an integer above {long.MaxValue}, the largest allowed.");
        }
    }

    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    internal static void RequireCount(Shape shape, int count)
    {
        if (shape.Size != count)
        {
            throw new ArgumentException($"Shape {shape} needs {shape.Size} values, {count} were given.");
        }
    }

    private TTo[] Widen<TFrom, TTo>()
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : INumber<TTo>
    {
        var source = MemoryMarshal.Cast<byte, TFrom>(_bytes);
        var result = new TTo[source.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = TTo.CreateChecked(source[i]);
        }

        return result;
    }
}
