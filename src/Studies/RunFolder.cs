namespace Looped.Studies;

/// <summary>A folder cannot be used for a run; the message is one sentence for the user.</summary>
public sealed class RunFolderException(string message) : Exception(message);

/// <summary>
/// The folder of one run. It is locked for as long as the run lasts, by a file lock that the operating system releases
/// when the process ends, however it ends. A run that leaves nothing leaves no folder either.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string LockName = ".lock";

    private readonly FileStream _lock;
    private readonly bool _isNew;

    private RunFolder(string path, FileStream fileLock, bool isNew) => (Path, _lock, _isNew) = (path, fileLock, isNew);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Whether nothing is in it but its lock.</summary>
    public bool IsEmpty => Directory.EnumerateFileSystemEntries(Path).All(entry => System.IO.Path.GetFileName(entry) == LockName);

    /// <summary>Makes a folder for a run.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="force">Whether it may exist; files of earlier runs are then replaced one by one.</param>
    /// <exception cref="RunFolderException">It exists, is in use by another run, or cannot be made.</exception>
    public static RunFolder Create(string path, bool force)
    {
        if (!force && (Directory.Exists(path) || File.Exists(path)))
        {
            throw new RunFolderException(
                $"{path} exists already; --force replaces the files of an earlier run, --out names another folder");
        }

        return Open(path);
    }

    /// <summary>Opens a folder for a run that may go on from what it holds, or makes it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="RunFolderException">It is a file, is in use by another run, or cannot be made.</exception>
    public static RunFolder Open(string path)
    {
        var lockPath = System.IO.Path.Combine(path, LockName);
        try
        {
            var isNew = !Directory.Exists(path);
            Directory.CreateDirectory(path);
            var fileLock = new FileStream(
                lockPath,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose);
            return new RunFolder(path, fileLock, isNew);
        }
        catch (IOException) when (File.Exists(lockPath))
        {
            throw new RunFolderException($"{path} is in use by another run; --out names another folder");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RunFolderException($"{path} cannot be used for a run: {failure.Message}");
        }
    }

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Releases the folder, and removes it if it was made for this run and nothing was written to it.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        if (_isNew && IsEmpty)
        {
            Directory.Delete(Path);
        }
    }
}
