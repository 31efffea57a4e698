using Looped.Tensors.IO;

namespace Looped.Tensors.Tests.IO;

public class AtomicFileTests
{
    [Fact]
    public void A_new_file_holds_what_was_written_and_nothing_else_is_left()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.Write(folder.File("a.bin"), stream => stream.Write([1, 2, 3]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(folder.File("a.bin")));
        Assert.Equal(["a.bin"], folder.Files);
    }

    [Fact]
    public void An_old_file_is_replaced_as_a_whole()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.txt"), "a longer text than the new one");
        AtomicFile.WriteText(folder.File("a.txt"), "räka");
        Assert.Equal("räka"u8.ToArray(), File.ReadAllBytes(folder.File("a.txt")));
        Assert.Equal(["a.txt"], folder.Files);
    }

    [Fact]
    public void The_old_file_is_there_until_the_commit()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder.File("a.txt"), "old");
        using (var file = AtomicFile.Create(folder.File("a.txt")))
        {
            file.Stream.Write("new"u8);
            file.Stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder.File("a.txt")));
            file.Commit();
            Assert.Equal("new", File.ReadAllText(folder.File("a.txt")));
        }

        Assert.Equal("new", File.ReadAllText(folder.File("a.txt")));
    }

    public static TheoryData<Exception> Failures => [new IOException("full"), new OperationCanceledException()];

    [Theory]
    [MemberData(nameof(Failures))]
    public void After_a_failure_the_old_file_stays_and_no_part_of_the_new_one(Exception failure)
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder.File("a.txt"), "old");
        var thrown = Assert.Throws(failure.GetType(), () => AtomicFile.Write(folder.File("a.txt"), stream =>
        {
            stream.Write("new"u8);
            throw failure;
        }));
        Assert.Same(failure, thrown);
        Assert.Equal("old", File.ReadAllText(folder.File("a.txt")));
        Assert.Equal(["a.txt"], folder.Files);
    }

    [Fact]
    public void The_writer_may_close_the_stream()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.Write(folder.File("a.txt"), stream =>
        {
            using var writer = new StreamWriter(stream);
            writer.Write("text");
        });
        Assert.Equal("text", File.ReadAllText(folder.File("a.txt")));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(Path.Combine("missing", "a.txt"));
        var error = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteText(path, "text"));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("a"));
        Assert.ThrowsAny<SystemException>(() => AtomicFile.WriteText(folder.File("a"), "text"));
        Assert.True(Directory.Exists(folder.File("a")));
        Assert.Empty(folder.Files);
    }
}
