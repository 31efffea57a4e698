using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Looped.Tensors.IO;

/// <summary>
/// Reads and writes arrays in numpy's NPY format: versions 1.0, 2.0 and 3.0 are read, 1.0 is written (C order, the
/// machine's byte order, data aligned to 64 bytes).
/// </summary>
public static class Npy
{
    /// <summary>Longest header read: thousands of times what an array of 64 axes needs.</summary>
    private const int MaximumHeaderBytes = 1 << 20;

    /// <summary>Bytes written at a time.</summary>
    private const int ChunkBytes = 1 << 20;

    /// <summary>Reads the array in a file; bytes behind it are left alone, as numpy does.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not NPY, is truncated, is larger than an array may be, or holds elements other than bool, integers
    /// and real floats.
    /// </exception>
    public static NpyArray Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads one array from a stream, which is left just behind it.</summary>
    /// <param name="stream">A readable stream; it need not be seekable.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string)"/>.</exception>
    public static NpyArray Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        var header = ReadHeader(stream, name);
        var bytes = StoredBytes.Read(stream, DataBytes(header, name), name);
        if (header.SwapBytes)
        {
            StoredBytes.Swap(bytes, header.Type.Size());
        }

        if (header.FortranOrder)
        {
            bytes = ToCOrder(bytes, header.Shape, header.Type.Size());
        }

        return new NpyArray(name, header.Shape, header.Type, bytes);
    }

    /// <summary>Writes a whole file or none (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file, by custom ending in <c>.npy</c>.</param>
    /// <param name="shape">The extents.</param>
    /// <param name="values">The elements in C order: bool, any integer up to 64 bits, Half, float or double.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not the shape's, or <typeparamref name="T"/> is none of these types.
    /// </exception>
    public static void Write<T>(string path, Shape shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        using var file = AtomicFile.Create(path);
        Write(file.Stream, shape, values);
        file.Commit();
    }

    /// <summary>Writes one array to a stream, at its position.</summary>
    /// <exception cref="ArgumentException">As for the overload that takes a path.</exception>
    public static void Write<T>(Stream stream, Shape shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(shape);
        NpyArray.RequireCount(shape, values.Length);
        stream.Write(NpyHeader.Encode(NpyTypes.Of<T>(), shape));

        // In chunks, because the bytes of a long span may be more than one span can hold.
        while (!values.IsEmpty)
        {
            var chunk = values[..Math.Min(values.Length, ChunkBytes / sizeof(double))];
            stream.Write(MemoryMarshal.AsBytes(chunk));
            values = values[chunk.Length..];
        }
    }

    /// <summary>Writes one array to a stream with the type that it has.</summary>
    public static void Write(Stream stream, NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(array);
        stream.Write(NpyHeader.Encode(array.Type, array.Shape));
        stream.Write(array.Bytes);
    }

    /// <summary>Writes a float64 matrix to a stream row by row, so that it may be larger than an array in memory.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">Elements of each row.</param>
    /// <exception cref="ArgumentException">A row is of another length.</exception>
    public static void WriteRows(Stream stream, IReadOnlyCollection<double[]> rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(rows);
        stream.Write(NpyHeader.Encode(NpyType.Float64, new Shape(rows.Count, columns)));
        var shape = new Shape(columns);
        foreach (var row in rows)
        {
            NpyArray.RequireCount(shape, row.Length);
            stream.Write(MemoryMarshal.AsBytes<double>(row));
        }
    }

    private static NpyHeader ReadHeader(Stream stream, string name)
    {
        var prefix = StoredBytes.Read(stream, NpyHeader.Magic.Length + 2, name);
        if (!prefix.AsSpan(0, NpyHeader.Magic.Length).SequenceEqual(NpyHeader.Magic))
        {
            throw new InvalidDataException($"{name} is not an NPY file: it does not begin with the bytes 93 'NUMPY'.");
        }

        var (major, minor) = (prefix[^2], prefix[^1]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw new InvalidDataException(
                $"{name} is in NPY format {major}.{minor}; allowed are 1.0, 2.0 and 3.0.");
        }

        var length = major == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(StoredBytes.Read(stream, sizeof(ushort), name))
            : BinaryPrimitives.ReadUInt32LittleEndian(StoredBytes.Read(stream, sizeof(uint), name));
        if (length > MaximumHeaderBytes)
        {
            throw new InvalidDataException(
                $"The NPY header of {name} claims {length} bytes; at most {MaximumHeaderBytes} are allowed.");
        }

        var encoding = major == 3 ? Encoding.UTF8 : Encoding.Latin1;
        return NpyHeader.Parse(encoding.GetString(StoredBytes.Read(stream, (int)length, name)), name);
    }

    private static int DataBytes(NpyHeader header, string name)
    {
        if (header.Shape.Contains(0))
        {
            return 0;
        }

        long bytes = header.Type.Size();
        foreach (var extent in header.Shape.Extents)
        {
            bytes *= extent;
            if (bytes > Array.MaxLength)
            {
                throw new InvalidDataException(
                    $"{name} claims {header.Shape} elements of {header.Type.Size()} bytes; " +
                    $"at most {Array.MaxLength} bytes are allowed.");
            }
        }

        return (int)bytes;
    }

    /// <summary>Elements stored first axis fastest, put last axis fastest.</summary>
    private static byte[] ToCOrder(byte[] source, Shape shape, int size)
    {
        var strides = new int[shape.Rank];
        for (var (axis, stride) = (0, size); axis < shape.Rank; stride *= shape[axis++])
        {
            strides[axis] = stride;
        }

        var result = new byte[source.Length];
        var index = new int[shape.Rank];
        for (var (to, from) = (0, 0); to < result.Length; to += size)
        {
            source.AsSpan(from, size).CopyTo(result.AsSpan(to));
            for (var axis = shape.Rank - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                from -= shape[axis] * strides[axis];
                index[axis] = 0;
            }
        }

        return result;
    }
}
