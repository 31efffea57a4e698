using System.Buffers.Binary;

namespace Looped.Tensors.IO;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">
/// The tensors by name. Elements are float32, float64, int32, int64, bytes or truth values; float16 and bfloat16 have been
/// widened to float32.
/// </param>
/// <param name="Metadata">Texts that the file carries beside them.</param>
public sealed record SafetensorsFile(
    IReadOnlyDictionary<string, NpyArray> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// Reads and writes safetensors files, in which public checkpoints come: the length of a header in 8 bytes, little-endian,
/// the header in JSON, and the elements of all tensors, little-endian, in C order and without gaps. Types read are I64, F64,
/// F32, I32, BF16, F16, U8 and BOOL; equal tensors and metadata give equal bytes, whatever the order in which they are given.
/// </summary>
public static class Safetensors
{
    /// <summary>Longest header that the format allows.</summary>
    private const int MaximumHeaderBytes = 100_000_000;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is truncated or longer than its header says, its header is not what the format demands, tensors overlap or
    /// leave gaps, or one holds elements of another type or more than an array may.
    /// </exception>
    public static SafetensorsFile Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">A readable stream; it need not be seekable.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string)"/>.</exception>
    public static SafetensorsFile Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(StoredBytes.Read(stream, sizeof(ulong), name));
        if (length > MaximumHeaderBytes)
        {
            throw new InvalidDataException(
                $"{name} is not a safetensors file: its header claims {length} bytes, " +
                $"at most {MaximumHeaderBytes} are allowed.");
        }

        var header = SafetensorsHeader.Parse(StoredBytes.Read(stream, (int)length, $"The header of {name}"), name);
        var tensors = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
        foreach (var entry in header.Entries)
        {
            var tensor = $"Tensor '{entry.Name}' in {name}";
            var stored = StoredBytes.Read(stream, (int)(entry.End - entry.Begin), tensor);
            tensors.Add(entry.Name, new NpyArray(tensor, entry.Shape, entry.Type.ReadAs, entry.Type.Decode(stored)));
        }

        return stream.ReadByte() < 0
            ? new SafetensorsFile(tensors, header.Metadata)
            : throw new InvalidDataException($"{name} goes on behind the last tensor of its header.");
    }

    /// <summary>Writes a whole file or none (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file, by custom ending in <c>.safetensors</c>.</param>
    /// <param name="tensors">Names and tensors of float32, float64, int32, int64, uint8 or bool.</param>
    /// <param name="metadata">Texts to carry beside them; none where null.</param>
    /// <exception cref="ArgumentException">
    /// A name is there twice, is not Unicode or is the name of the metadata, or a tensor is of another type.
    /// </exception>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, NpyArray>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));
    }

    /// <summary>Writes to a stream, at its position.</summary>
    /// <exception cref="ArgumentException">As for the overload that takes a path.</exception>
    public static void Write(
        Stream stream,
        IEnumerable<KeyValuePair<string, NpyArray>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var typed = tensors
            .Select(tensor => (Name: tensor.Key, Array: tensor.Value, Type: Stored(tensor.Key, tensor.Value)))
            .OrderBy(tensor => tensor.Type.Order)
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToList();
        var entries = new List<SafetensorsEntry>();
        var (end, names) = (0L, new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataName });
        foreach (var (name, array, type) in typed)
        {
            if (!names.Add(name))
            {
                throw new ArgumentException(
                    $"The tensor name '{name}' cannot be used; names must differ, also from {SafetensorsHeader.MetadataName}.",
                    nameof(tensors));
            }

            entries.Add(new SafetensorsEntry(name, type, array.Shape, end, end + array.Bytes.Length));
            end = entries[^1].End;
        }

        var header = new SafetensorsHeader(entries, metadata ?? new Dictionary<string, string>()).Encode();
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, array, type) in typed)
        {
            stream.Write(BitConverter.IsLittleEndian ? array.Bytes : Swapped(array.Bytes, type.Size));
        }
    }

    private static SafetensorsType Stored(string name, NpyArray array) => SafetensorsType.Of(array.Type)
        ?? throw new ArgumentException(
            $"Tensor '{name}' is of type {array.Type.Code()}, which is not stored; allowed are f4, f8, i4, i8, u1, b1.");

    private static byte[] Swapped(ReadOnlySpan<byte> bytes, int size)
    {
        var swapped = bytes.ToArray();
        StoredBytes.Swap(swapped, size);
        return swapped;
    }
}
