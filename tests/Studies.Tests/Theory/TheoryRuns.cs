using Looped.Studies.Theory;

namespace Looped.Studies.Tests.Theory;

/// <summary>Checks of the theory that take a moment.</summary>
internal static class TheoryRuns
{
    public static readonly TheorySettings Small = new() { Instances = 160, Seeds = 2, Epochs = 12, Threads = 2, Seed = 3 };

    /// <summary>One run that several tests read.</summary>
    public static readonly TheoryResult Result = new TheoryStudy(Small).Run(CancellationToken.None);

    /// <summary>The files of a result by name.</summary>
    public static Dictionary<string, string> Files(TheoryResult result)
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.PathOf("run");
        using (var folder = RunFolder.Create(path, force: false))
        {
            Assert.Equal(folder.PathOf("report.html"), TheoryFiles.Write(result, folder));
        }

        return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(path, file).Replace('\\', '/'), File.ReadAllText);
    }
}
