using System.IO.Compression;
using Looped.Tensors.IO;

namespace Looped.Tensors.Tests.IO;

public class NpzTests
{
    private static readonly KeyValuePair<string, NpyArray>[] Entries =
    [
        new("theta", NpyArray.Create(new Shape(2, 2), (ReadOnlySpan<double>)[1, 2, 3, 4.5])),
        new("moments/first", NpyArray.Create(new Shape(3), (ReadOnlySpan<float>)[0.5f, 1, -1])),
        new("step", NpyArray.Create(Shape.Scalar, (ReadOnlySpan<long>)[long.MaxValue])),
        new("none", NpyArray.Create(new Shape(0, 3), ReadOnlySpan<int>.Empty)),
    ];

    [Theory]
    [InlineData(NumpyFixtures.Savez)]
    [InlineData(NumpyFixtures.SavezCompressed)]
    public void Archives_of_numpy_are_read(string file)
    {
        var arrays = Npz.Read(new MemoryStream(Convert.FromBase64String(file)), "fixture.npz");
        Assert.Equal(["k", "w"], arrays.Keys.Order());
        Assert.Equal([0, 1, 2], arrays["w"].ToDoubles());
        Assert.Equal(new Shape(2, 2), arrays["k"].Shape);
        Assert.Equal([1, 2, 3, 4], arrays["k"].ToIntegers());
    }

    [Fact]
    public void Members_written_piece_by_piece_give_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        Npz.Write(folder.File("a.npz"), Entries[..1]);
        Npz.Write(
            folder.File("b.npz"),
            [new NpzMember("theta", stream => Npy.WriteRows(stream, [[1, 2], [3, 4.5]], columns: 2))]);
        Assert.Equal(File.ReadAllBytes(folder.File("a.npz")), File.ReadAllBytes(folder.File("b.npz")));
    }

    [Fact]
    public void What_is_written_comes_back()
    {
        using var folder = new TemporaryFolder();
        Npz.Write(folder.File("a.npz"), Entries);
        var arrays = Npz.Read(folder.File("a.npz"));
        Assert.Equal(Entries.Select(entry => entry.Key), arrays.Keys);
        Assert.All(Entries, entry =>
        {
            var read = arrays[entry.Key];
            Assert.Equal(entry.Value.Shape, read.Shape);
            Assert.Equal(entry.Value.Type, read.Type);
            Assert.Equal(entry.Value.ToDoubles(), read.ToDoubles());
        });
        Assert.Equal(["a.npz"], folder.Files);
    }

    [Fact]
    public void Equal_arrays_give_equal_bytes_with_the_earliest_date_of_zip()
    {
        using var first = new MemoryStream();
        using var second = new MemoryStream();
        Npz.Write(first, Entries);
        Npz.Write(second, Entries);
        Assert.Equal(first.ToArray(), second.ToArray());
        using var archive = new ZipArchive(first);
        Assert.All(archive.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
    }

    [Theory]
    [InlineData("")]
    [InlineData("theta")]
    public void Empty_and_repeated_names_are_refused_and_leave_no_file(string name)
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentException>(
            () => Npz.Write(folder.File("a.npz"), [.. Entries, new(name, Entries[0].Value)]));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Members_that_are_no_arrays_are_refused_by_name()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("notes.txt");
        }

        var error = Assert.Throws<InvalidDataException>(() => Npz.Read(stream, "fixture.npz"));
        Assert.Contains("'notes.txt' in fixture.npz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_is_there_twice_is_refused_by_name()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var copy = 0; copy < 2; copy++)
            {
                using var member = archive.CreateEntry("w.npy").Open();
                Npy.Write(member, Entries[0].Value);
            }
        }

        var error = Assert.Throws<InvalidDataException>(() => Npz.Read(stream, "fixture.npz"));
        Assert.Contains("'w.npy' in fixture.npz is there twice", error.Message, StringComparison.Ordinal);
    }
}
