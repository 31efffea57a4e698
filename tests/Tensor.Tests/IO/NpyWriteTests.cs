using FsCheck;
using FsCheck.Fluent;
using Looped.Tensors.IO;

namespace Looped.Tensors.Tests.IO;

public class NpyWriteTests
{
    private static readonly Gen<Shape> Shapes =
        Gen.Choose(0, 4).SelectMany(rank => Gen.Choose(0, 4).ArrayOf(rank)).Select(extents => new Shape(extents));

    [Fact]
    public void The_bytes_are_numpys_own()
    {
        using var stream = new MemoryStream();
        Npy.Write(stream, new Shape(2, 3), (ReadOnlySpan<double>)[-0.5, -0.25, 0, 0.25, 0.5, 0.75]);
        Assert.Equal(Convert.FromBase64String(NumpyFixtures.Version1), stream.ToArray());
    }

    [Fact]
    public void Row_by_row_gives_the_same_bytes()
    {
        using var stream = new MemoryStream();
        Npy.WriteRows(stream, [[-0.5, -0.25, 0], [0.25, 0.5, 0.75]], columns: 3);
        Assert.Equal(Convert.FromBase64String(NumpyFixtures.Version1), stream.ToArray());
        Assert.Throws<ArgumentException>(() => Npy.WriteRows(stream, [[1, 2, 3], [4, 5]], columns: 3));
    }

    [Fact]
    public void Float64_arrays_come_back_to_the_bit() => RoundTrip<double>(
        Gen.Choose(int.MinValue, int.MaxValue).Two()
            .Select(words => BitConverter.Int64BitsToDouble(((long)words.Item1 << 32) ^ words.Item2)),
        array => array.ToDoubles());

    [Fact]
    public void Int64_arrays_come_back() => RoundTrip<long>(
        Gen.Choose(int.MinValue, int.MaxValue).Two().Select(words => ((long)words.Item1 << 32) ^ words.Item2),
        array => array.ToIntegers());

    [Fact]
    public void Int32_arrays_come_back() => RoundTrip<int>(
        Gen.Choose(int.MinValue, int.MaxValue),
        array => Array.ConvertAll(array.ToIntegers(), value => checked((int)value)));

    [Fact]
    public void Float32_arrays_come_back() => RoundTrip<float>(
        Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle)
            .Where(value => !float.IsNaN(value)),
        array => Array.ConvertAll(array.ToDoubles(), value => (float)value));

    [Fact]
    public void Data_begin_at_a_multiple_of_64_bytes()
    {
        for (var rank = 0; rank <= 64; rank++)
        {
            using var stream = new MemoryStream();
            var shape = new Shape([.. Enumerable.Repeat(1, rank)]);
            Npy.Write(stream, shape, [1.5]);
            Assert.Equal(sizeof(double), stream.Length % 64);
            stream.Position = 0;
            Assert.Equal(shape, Npy.Read(stream, "written.npy").Shape);
        }
    }

    [Fact]
    public void Arrays_of_several_chunks_come_back()
    {
        var values = new double[300_001];
        new Philox(1, "values").FillNormal(values, 1);
        using var folder = new TemporaryFolder();
        Npy.Write<double>(folder.File("a.npy"), new Shape(values.Length), values);
        Assert.Equal(values, Npy.Read(folder.File("a.npy")).ToDoubles());
        Assert.Equal(["a.npy"], folder.Files);
    }

    [Fact]
    public void A_count_that_is_not_the_shapes_is_refused_and_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<ArgumentException>(
            () => Npy.Write(folder.File("a.npy"), new Shape(2, 3), (ReadOnlySpan<double>)[1, 2]));
        Assert.Contains("(2,3)", error.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Types_that_numpy_has_not_are_refused() =>
        Assert.Throws<ArgumentException>(() => NpyArray.Create(new Shape(1), (ReadOnlySpan<char>)['a']));

    [Fact]
    public void More_axes_than_numpy_allows_are_refused() =>
        Assert.Throws<ArgumentException>(
            () => Npy.Write(Stream.Null, new Shape([.. Enumerable.Repeat(1, 65)]), (ReadOnlySpan<double>)[1]));

    private static void RoundTrip<T>(Gen<T> element, Func<NpyArray, T[]> decode)
        where T : unmanaged
    {
        var arrays = Shapes.SelectMany(shape => element.ArrayOf((int)shape.Size).Select(values => (shape, values)));
        Prop.ForAll(arrays.ToArbitrary(), array =>
        {
            using var stream = new MemoryStream();
            Npy.Write<T>(stream, array.shape, array.values);
            stream.Position = 0;
            var read = Npy.Read(stream, "written.npy");
            return read.Shape.Equals(array.shape)
                && NpyArray.Create<T>(read.Shape, decode(read)).Type == read.Type
                && decode(read).AsSpan().SequenceEqual(array.values);
        }).QuickCheckThrowOnFailure();
    }
}
