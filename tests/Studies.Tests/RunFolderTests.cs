namespace Looped.Studies.Tests;

public class RunFolderTests
{
    [Fact]
    public void AnExistingFolderIsRefusedUnlessForced()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.PathOf("run");
        Directory.CreateDirectory(path);
        var failure = Assert.Throws<RunFolderException>(() => RunFolder.Create(path, force: false));
        Assert.Contains(path, failure.Message);
        Assert.Contains("--force", failure.Message);
        using var folder = RunFolder.Create(path, force: true);
        Assert.Equal(Path.Combine(path, "config.json"), folder.PathOf("config.json"));
    }

    [Fact]
    public void AFolderServesOneRunAtATime()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.PathOf("run");
        using (RunFolder.Create(path, force: false))
        {
            var failure = Assert.Throws<RunFolderException>(() => RunFolder.Create(path, force: true));
            Assert.Contains($"{path} is in use by another run", failure.Message);
        }

        using var again = RunFolder.Create(path, force: true);
    }

    [Fact]
    public void ARunThatLeavesNothingLeavesNoFolder()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.PathOf("run");
        RunFolder.Create(path, force: false).Dispose();
        Assert.False(Directory.Exists(path));

        using (var folder = RunFolder.Create(path, force: false))
        {
            File.WriteAllText(folder.PathOf("report.html"), "done");
        }

        Assert.Equal(["report.html"], Directory.GetFileSystemEntries(path).Select(Path.GetFileName));

        var empty = temporary.PathOf("empty");
        Directory.CreateDirectory(empty);
        RunFolder.Create(empty, force: true).Dispose();
        Assert.True(Directory.Exists(empty), "a folder that was there before stays");
    }

    [Fact]
    public void AFileIsNoFolder()
    {
        using var temporary = new TemporaryFolder();
        var file = temporary.Write("file", "kept");
        Assert.Throws<RunFolderException>(() => RunFolder.Create(file, force: false));
        Assert.Throws<RunFolderException>(() => RunFolder.Create(file, force: true));
        Assert.Throws<RunFolderException>(() => RunFolder.Create(Path.Combine(file, "inside"), force: false));
        Assert.Equal("kept", File.ReadAllText(file));
    }
}
