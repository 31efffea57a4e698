using Looped.Tensors.IO;

namespace Looped.Tensors.Tests.IO;

public class SafetensorsReadTests
{
    [Fact]
    public void Tensors_of_every_type_are_read_and_half_precision_is_widened()
    {
        var file = Read(Convert.FromBase64String(SafetensorsFixture.AllTypes));
        Assert.Equal(["format=pt"], file.Metadata.Select(text => $"{text.Key}={text.Value}"));
        Assert.Equal(7, file.Tensors.Count);
        Assert.Equal([-(1L << 62), 3], file.Tensors["i"].ToIntegers());
        Expect("b", new Shape(2, 3), NpyType.Float64, [-0.5, -0.25, 0, 0.1, 1e300, double.NegativeInfinity]);
        Expect("empty", new Shape(0, 4), NpyType.Float64, []);
        Expect("a", new Shape(2), NpyType.Float32, [1.5, -2.25]);
        Expect("scalar", Shape.Scalar, NpyType.Int32, [-7]);
        Expect("brain", new Shape(4), NpyType.Float32, [1, -3.140625, Math.Pow(2, -133), double.PositiveInfinity]);
        Expect("half", new Shape(3), NpyType.Float32, [0.5, 65504, Math.Pow(2, -24)]);

        void Expect(string name, Shape shape, NpyType type, double[] values)
        {
            Assert.Equal(shape, file.Tensors[name].Shape);
            Assert.Equal(type, file.Tensors[name].Type);
            Assert.Equal(values, file.Tensors[name].ToDoubles());
        }
    }

    [Fact]
    public void A_file_of_no_tensors_is_a_header_alone() => Assert.Empty(Read(SafetensorsFixture.File("{}", 0)).Tensors);

    [Fact]
    public void The_header_may_name_tensors_in_any_order_and_escape_their_names()
    {
        var header = "{" + SafetensorsFixture.Tensor("\\u00e9\\\"", "F32", "1", 4, 8) + ", " +
            SafetensorsFixture.Tensor("x", "F32", "1,1", 0, 4) + "}   ";
        Assert.Equal(["x", "é\""], Read(SafetensorsFixture.File(header, 8)).Tensors.Keys);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var bytes = Convert.FromBase64String(SafetensorsFixture.AllTypes);
        for (var length = 0; length < bytes.Length; length++)
        {
            Refused(bytes[..length], "truncated");
        }
    }

    [Fact]
    public void A_changed_bit_is_refused_or_gives_tensors_of_as_many_bytes()
    {
        var bytes = Convert.FromBase64String(SafetensorsFixture.AllTypes);
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var tensors = Read(damaged).Tensors.Values;
                Assert.All(tensors, tensor => Assert.Equal(tensor.Shape.Size, tensor.ToDoubles().Length));
            }
            catch (InvalidDataException error)
            {
                Assert.Contains("damaged.safetensors", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("[]", "does not begin with '{'")]
    [InlineData("", "does not begin with '{'")]
    [InlineData(" {}", "does not begin with '{'")]
    [InlineData("{", "not sound JSON")]
    [InlineData("{} {}", "not sound JSON")]
    [InlineData("{\"a\":1,}", "not sound JSON")]
    [InlineData("{\"\\ud800\":1}", "not sound JSON")]
    [InlineData("{\"a\":1}", "'a'")]
    [InlineData("{\"a\":{}}", "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0],\"note\":1}}", "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F8\",\"shape\":[0],\"data_offsets\":[0,0]}}", "I64, F64, F32, I32, BF16, F16")]
    [InlineData("{\"a\":{\"dtype\":1,\"shape\":[0],\"data_offsets\":[0,0]}}", "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":0,\"data_offsets\":[0,0]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,0]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,6]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483648,0],\"data_offsets\":[0,0]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0]}}", "data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,0]}}", "data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,9223372036854775808]}}", "data_offsets")]
    [InlineData("{\"__metadata__\":[]}", "__metadata__")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "__metadata__")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", "__metadata__")]
    public void A_header_that_is_none_is_refused(string header, string complaint) =>
        Refused(SafetensorsFixture.File(header, 0), complaint);

    [Theory]
    [InlineData("2", 4, "8")]
    [InlineData("2", 12, "8")]
    [InlineData("", 8, "4")]
    [InlineData("65536,65536", 0, "(65536,65536)")]
    [InlineData("2147483647,2147483647,2147483647", 4, "at most")]
    [InlineData("1073741824,1073741824,1073741824,16", 0, "at most")]
    [InlineData("0,7", 4, "take 0")]
    public void A_shape_that_does_not_fit_the_bytes_is_refused(string shape, int bytes, string complaint) => Refused(
        SafetensorsFixture.File("{" + SafetensorsFixture.Tensor("a", "F32", shape, 0, bytes) + "}", bytes), complaint);

    [Theory]
    [InlineData(0, 4, 4, 8, 8, null)]
    [InlineData(4, 8, 0, 4, 8, null)]
    [InlineData(0, 4, 0, 4, 4, "overlaps")]
    [InlineData(0, 4, 2, 6, 6, "overlaps")]
    [InlineData(0, 4, 6, 10, 10, "gap")]
    [InlineData(2, 6, 6, 10, 10, "gap")]
    [InlineData(0, 4, 4, 8, 9, "goes on")]
    [InlineData(0, 4, 4, 8, 7, "truncated")]
    public void Tensors_fill_the_file_without_gaps(int a, int aEnd, int b, int bEnd, int bytes, string? complaint)
    {
        var header = "{" + SafetensorsFixture.Tensor("a", "I32", "1", a, aEnd) + "," +
            SafetensorsFixture.Tensor("b", "I32", "1", b, bEnd) + "}";
        var file = SafetensorsFixture.File(header, bytes);
        if (complaint is null)
        {
            Assert.Equal(2, Read(file).Tensors.Count);
        }
        else
        {
            Refused(file, complaint);
        }
    }

    [Fact]
    public void A_tensor_that_is_there_twice_is_refused()
    {
        var header = "{" + SafetensorsFixture.Tensor("h.0.bias", "I32", "1", 0, 4) + "," +
            SafetensorsFixture.Tensor("h.0.bias", "I32", "1", 4, 8) + "}";
        Refused(SafetensorsFixture.File(header, 8), "'h.0.bias' is there twice");
    }

    [Fact]
    public void A_header_longer_than_the_format_allows_is_refused_before_it_is_read() =>
        Refused([0, 0, 0, 0, 0, 0, 0, 1, (byte)'{'], "100000000");

    private static SafetensorsFile Read(byte[] bytes) =>
        Safetensors.Read(new MemoryStream(bytes), "damaged.safetensors");

    private static void Refused(byte[] bytes, string complaint)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(bytes));
        Assert.Contains("damaged.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }
}
