namespace Looped.Tensors.Tests.IO;

/// <summary>An empty folder for one test, deleted after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("looped-tests-");

    public IEnumerable<string> Files =>
        _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Name);

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
