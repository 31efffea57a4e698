using System.Text;

namespace Looped.Tensors.IO;

/// <summary>
/// A file that is written whole or not at all: the bytes go to a temporary file in the same folder, which is flushed to
/// the disk and then renamed over the final path. A reader sees the old file or the new one, never a part of either.
/// </summary>
/// <remarks>
/// Without <see cref="Commit"/> nothing happens to the final path: an exception or a cancellation between
/// <see cref="Create"/> and <see cref="Commit"/> only deletes the temporary file.
/// </remarks>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporaryPath;
    private readonly FileStream _stream;

    private AtomicFile(string path, string temporaryPath)
    {
        _path = path;
        _temporaryPath = temporaryPath;
        _stream = new FileStream(temporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Where the new content goes. Readable and seekable; the writer may close it before the commit.</summary>
    public Stream Stream => _stream;

    /// <summary>Begins a new version of the file at <paramref name="path"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of the file does not exist.</exception>
    public static AtomicFile Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full);
        if (folder is null || !Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"Cannot write '{path}': its folder does not exist.");
        }

        var temporaryName = $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}.tmp";
        return new AtomicFile(full, Path.Combine(folder, temporaryName));
    }

    /// <summary>Writes a whole file; if <paramref name="write"/> throws, the old file stays as it was.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of the file does not exist.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var file = Create(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes a whole text file in UTF-8 without a byte order mark.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of the file does not exist.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Puts the new content in the place of the old.</summary>
    public void Commit()
    {
        _stream.Dispose();

        // Reopened, because the writer may have closed the stream; what counts is that the bytes reach the disk before
        // the name does.
        using (var handle = File.OpenHandle(_temporaryPath, FileMode.Open, FileAccess.Write))
        {
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(_temporaryPath, _path, overwrite: true);
    }

    /// <summary>Drops the new content unless it has been committed.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        finally
        {
            // A committed file has left its temporary name, and deleting a name that is not there does nothing.
            File.Delete(_temporaryPath);
        }
    }
}
