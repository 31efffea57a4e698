using FsCheck;
using FsCheck.Fluent;
using Looped.Tensors.IO;

namespace Looped.Tensors.Tests.IO;

public class SafetensorsWriteTests
{
    private static readonly Gen<Shape> Shapes =
        Gen.Choose(0, 3).SelectMany(rank => Gen.Choose(0, 3).ArrayOf(rank)).Select(extents => new Shape(extents));

    private static readonly Gen<long> Words =
        Gen.Choose(int.MinValue, int.MaxValue).Two().Select(words => ((long)words.Item1 << 32) ^ words.Item2);

    private static readonly Gen<NpyArray> Tensors = Gen.OneOf(
        Of(Words.Select(BitConverter.Int64BitsToDouble)),
        Of(Words.Select(word => BitConverter.Int32BitsToSingle((int)word))),
        Of(Words),
        Of(Words.Select(word => (int)word)));

    /// <summary>Names of any characters, among them those that JSON escapes.</summary>
    private static readonly Gen<string> Names =
        Gen.Elements("h.0.ln_1.weight", "\"", "\\", "\n", "é", "\U0001F600", "a", "b", "")
            .ArrayOf(3).Select(parts => string.Concat(parts));

    private static readonly Gen<Dictionary<string, NpyArray>> Files = Gen.Choose(0, 4)
        .SelectMany(count => Names.Zip(Tensors).ArrayOf(count))
        .Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2));

    [Fact]
    public void Tensors_and_metadata_come_back_to_the_bit() =>
        Prop.ForAll(Files.ToArbitrary(), Names.ToArbitrary(), (tensors, text) =>
        {
            var metadata = new Dictionary<string, string> { [text] = text, ["format"] = "pt" };
            var read = Safetensors.Read(new MemoryStream(Bytes(tensors, metadata)), "written.safetensors");
            return read.Metadata.OrderBy(pair => pair.Key).SequenceEqual(metadata.OrderBy(pair => pair.Key))
                && read.Tensors.Count == tensors.Count
                && tensors.All(tensor => read.Tensors[tensor.Key] is var other
                    && other.Shape.Equals(tensor.Value.Shape)
                    && Content(other).AsSpan().SequenceEqual(Content(tensor.Value)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_bytes_depend_on_the_tensors_alone_and_not_on_their_order() =>
        Prop.ForAll(Files.ToArbitrary(), tensors =>
            Bytes(tensors).AsSpan().SequenceEqual(Bytes(tensors.Reverse()))).QuickCheckThrowOnFailure();

    [Fact]
    public void Large_elements_come_first_and_data_begin_at_a_multiple_of_eight_bytes()
    {
        var header =
            "{\"__metadata__\":{\"a\":\"1\",\"format\":\"pt\"}," +
            SafetensorsFixture.Tensor("z", "F64", "1,2", 0, 16) + "," +
            SafetensorsFixture.Tensor("a", "F32", "", 16, 20) + "," +
            SafetensorsFixture.Tensor("b", "F32", "1", 20, 24) + "}";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        var expected = SafetensorsFixture.File(header, 24);
        BitConverter.TryWriteBytes(expected.AsSpan(^24), 1.5);
        BitConverter.TryWriteBytes(expected.AsSpan(^16), -2.0);
        BitConverter.TryWriteBytes(expected.AsSpan(^8), 3f);
        BitConverter.TryWriteBytes(expected.AsSpan(^4), 4f);
        var tensors = new Dictionary<string, NpyArray>
        {
            ["b"] = NpyArray.Create(new Shape(1), (ReadOnlySpan<float>)[4]),
            ["a"] = NpyArray.Create(Shape.Scalar, (ReadOnlySpan<float>)[3]),
            ["z"] = NpyArray.Create(new Shape(1, 2), (ReadOnlySpan<double>)[1.5, -2]),
        };
        Assert.Equal(expected, Bytes(tensors, new Dictionary<string, string> { ["format"] = "pt", ["a"] = "1" }));
    }

    [Fact]
    public void A_file_is_written_whole_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("w.safetensors");
        var good = NpyArray.Create(new Shape(2), (ReadOnlySpan<float>)[1, 2]);
        Safetensors.Write(path, [new("good", good)]);
        var bad = NpyArray.Create(new Shape(1), (ReadOnlySpan<short>)[1]);
        var error = Assert.Throws<ArgumentException>(() => Safetensors.Write(path, [new("good", good), new("bad", bad)]));
        Assert.Contains("'bad'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["good"], Safetensors.Read(path).Tensors.Keys);
        Assert.Equal(["w.safetensors"], folder.Files);
    }

    [Fact]
    public void Names_that_cannot_be_used_are_refused()
    {
        var tensor = NpyArray.Create(Shape.Scalar, (ReadOnlySpan<float>)[1]);
        foreach (var name in (string[])["a", "__metadata__", "half a pair \ud800"])
        {
            Assert.ThrowsAny<ArgumentException>(
                () => Safetensors.Write(Stream.Null, [new("a", tensor), new(name, tensor)]));
        }
    }

    private static Gen<NpyArray> Of<T>(Gen<T> element)
        where T : unmanaged =>
        Shapes.SelectMany(shape => element.ArrayOf((int)shape.Size).Select(values => NpyArray.Create<T>(shape, values)));

    private static byte[] Bytes(
        IEnumerable<KeyValuePair<string, NpyArray>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>Type, shape and elements of an array as bytes.</summary>
    private static byte[] Content(NpyArray array)
    {
        using var stream = new MemoryStream();
        Npy.Write(stream, array);
        return stream.ToArray();
    }
}
