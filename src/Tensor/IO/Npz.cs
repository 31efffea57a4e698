using System.IO.Compression;

namespace Looped.Tensors.IO;

/// <summary>A member of an archive that is written piece by piece.</summary>
/// <param name="Name">The array's name, without the suffix <c>.npy</c>.</param>
/// <param name="Write">Writes one array in NPY format, as <see cref="Npy.WriteRows"/> does.</param>
public readonly record struct NpzMember(string Name, Action<Stream> Write);

/// <summary>
/// Reads and writes numpy's NPZ files: ZIP archives whose members are NPY files, <c>name.npy</c> for each array. Stored
/// and deflated members are read; stored ones are written, with a fixed date, so that equal arrays give equal bytes.
/// </summary>
public static class Npz
{
    private const string Suffix = ".npy";

    /// <summary>The earliest date that a ZIP member can bear.</summary>
    private static readonly DateTimeOffset FixedDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The arrays of a file by name, without the suffix <c>.npy</c>.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not a ZIP archive of NPY files, is damaged, or has an array that <see cref="Npy"/> does not read.
    /// </exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>The arrays of an archive by name, without the suffix <c>.npy</c>.</summary>
    /// <param name="stream">A readable, seekable stream.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string)"/>.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        var arrays = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
        using var archive = Unzip(name, () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        foreach (var entry in Unzip(name, () => archive.Entries))
        {
            var member = $"'{entry.FullName}' in {name}";
            if (!entry.FullName.EndsWith(Suffix, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{member} is not an array: its name does not end in {Suffix}.");
            }

            var content = Unzip(member, () => Extract(entry));
            if (!arrays.TryAdd(entry.FullName[..^Suffix.Length], Npy.Read(content, member)))
            {
                throw new InvalidDataException($"{member} is there twice.");
            }
        }

        return arrays;
    }

    /// <summary>Writes a whole archive or none (<see cref="AtomicFile"/>), in the order given.</summary>
    /// <param name="path">The file, by custom ending in <c>.npz</c>.</param>
    /// <param name="entries">Names (without suffix) and arrays.</param>
    /// <exception cref="ArgumentException">A name is empty or is there twice.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, NpyArray>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Write(path, Members(entries));
    }

    /// <summary>Writes a whole archive or none (<see cref="AtomicFile"/>), in the order given.</summary>
    /// <param name="path">The file, by custom ending in <c>.npz</c>.</param>
    /// <param name="members">The members; each may be larger than an array in memory.</param>
    /// <exception cref="ArgumentException">A name is empty or is there twice.</exception>
    public static void Write(string path, IEnumerable<NpzMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        AtomicFile.Write(path, stream => Write(stream, members));
    }

    /// <summary>Writes an archive to a stream that can seek.</summary>
    /// <exception cref="ArgumentException">A name is empty or is there twice.</exception>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, NpyArray>> entries)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(entries);
        Write(stream, Members(entries));
    }

    private static IEnumerable<NpzMember> Members(IEnumerable<KeyValuePair<string, NpyArray>> entries) =>
        entries.Select(entry => new NpzMember(entry.Key, stream => Npy.Write(stream, entry.Value)));

    private static void Write(Stream stream, IEnumerable<NpzMember> members)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, write) in members)
        {
            if (string.IsNullOrEmpty(name) || !names.Add(name))
            {
                throw new ArgumentException(
                    $"The array name '{name}' cannot be used; names must not be empty and must differ.",
                    nameof(members));
            }

            var entry = archive.CreateEntry(name + Suffix, CompressionLevel.NoCompression);
            entry.LastWriteTime = FixedDate;
            using var content = entry.Open();
            write(content);
        }
    }

    /// <summary>A member's bytes, checked against the archive's length and checksum.</summary>
    private static MemoryStream Extract(ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"It claims {entry.Length} bytes; at most {Array.MaxLength} are allowed.");
        }

        var bytes = new MemoryStream();
        using (var content = entry.Open())
        {
            content.CopyTo(bytes);
        }

        var checksum = Crc32.Compute(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        if (bytes.Length != entry.Length || checksum != entry.Crc32)
        {
            throw new InvalidDataException("Its length or checksum is not what the archive says.");
        }

        bytes.Position = 0;
        return bytes;
    }

    /// <summary>Takes a part out of an archive, and gives the errors of damaged ones the name of that part.</summary>
    private static T Unzip<T>(string name, Func<T> part)
    {
        try
        {
            return part();
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{name} is not sound ZIP data: {exception.Message}", exception);
        }
    }
}
