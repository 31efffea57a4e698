using System.Text;
using Looped.Tensors.IO;

namespace Looped.Tensors.Tests.IO;

/// <summary>What numpy has written is read as numpy meant it.</summary>
public class NpyReadTests
{
    public static TheoryData<string, int[], double[]> RealFiles => new()
    {
        { NumpyFixtures.Version1, [2, 3], [-0.5, -0.25, 0, 0.25, 0.5, 0.75] },
        { NumpyFixtures.Version2, [2], [1.5, -2.25] },
        { NumpyFixtures.Version3, [2], [1.5, -2.25] },
        { NumpyFixtures.Fortran, [2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (double)i)] },
        { NumpyFixtures.BigEndianFloat64, [3], [1.5, -2.25, 1e300] },
        { NumpyFixtures.BigEndianFortranFloat32, [2, 3], [1, 2, 3, 4, 5, 6.5] },
        { NumpyFixtures.Float32, [4], [0.1f, -2.5f, 3e38f, float.PositiveInfinity] },
        { NumpyFixtures.Float16, [5], [0.0999755859375, -2.5, 65504, Math.Pow(2, -24), double.NaN] },
        { NumpyFixtures.Bool, [2, 2], [1, 0, 0, 1] },
        { NumpyFixtures.UInt64TooLarge, [1], [9223372036854775808.0] },
        { NumpyFixtures.Scalar, [], [3.25] },
        { NumpyFixtures.Empty, [0, 3], [] },
    };

    public static TheoryData<string, int[], long[]> IntegerFiles => new()
    {
        { NumpyFixtures.Int8, [3], [-128, 1, 127] },
        { NumpyFixtures.UInt8, [3], [0, 1, 255] },
        { NumpyFixtures.Int16, [3], [-32768, 1, 32767] },
        { NumpyFixtures.BigEndianUInt16, [3], [0, 1, 65535] },
        { NumpyFixtures.BigEndianInt32, [2, 2], [1, -2, int.MaxValue, int.MinValue] },
        { NumpyFixtures.UInt32, [3], [0, 1, uint.MaxValue] },
        { NumpyFixtures.Int64, [3], [long.MinValue, 1, long.MaxValue] },
        { NumpyFixtures.BigEndianInt64, [3], [long.MinValue, 1, long.MaxValue] },
        { NumpyFixtures.UInt64, [3], [0, 1, long.MaxValue] },
    };

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void Numbers_are_read_in_C_order(string file, int[] extents, double[] expected)
    {
        var array = Read(file);
        Assert.Equal(new Shape(extents), array.Shape);
        Assert.Equal(expected, array.ToDoubles());
    }

    [Theory]
    [MemberData(nameof(IntegerFiles))]
    public void Integers_are_read_exactly(string file, int[] extents, long[] expected)
    {
        var array = Read(file);
        Assert.Equal(new Shape(extents), array.Shape);
        Assert.Equal(expected, array.ToIntegers());
        Assert.Equal(expected.Select(value => (double)value), array.ToDoubles());
    }

    [Theory]
    [InlineData(NumpyFixtures.Version1, "f8")]
    [InlineData(NumpyFixtures.Float32, "f4")]
    [InlineData(NumpyFixtures.Float16, "f2")]
    [InlineData(NumpyFixtures.Bool, "b1")]
    public void Only_integer_types_are_taken_for_integers(string file, string code)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(file).ToIntegers());
        Assert.Contains($"fixture.npy holds {code}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_integer_above_63_bits_is_refused_by_name()
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(NumpyFixtures.UInt64TooLarge).ToIntegers());
        Assert.Contains("fixture.npy", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NumpyFixtures.Complex, "'<c16'")]
    [InlineData(NumpyFixtures.Objects, "'|O'")]
    [InlineData(NumpyFixtures.Strings, "'<U2'")]
    [InlineData(NumpyFixtures.Structured, "structured")]
    public void Other_types_are_refused_in_a_sentence_with_what_is_allowed(string file, string culprit)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(file));
        Assert.Contains("fixture.npy", error.Message, StringComparison.Ordinal);
        Assert.Contains(culprit, error.Message, StringComparison.Ordinal);
        Assert.Contains("b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4, f8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }")]
    [InlineData("{\"shape\":(2 ,),\"descr\":\"<f8\",\"fortran_order\":False}   ")]
    [InlineData("  { 'fortran_order' : True ,\n 'shape' : ( 2L , ) , 'descr' : '=f8' }\n")]
    public void Headers_may_have_any_order_quotes_and_white_space(string header)
    {
        var array = Npy.Read(WithHeader(header, [1.5, -2]), "fixture.npy");
        Assert.Equal(new Shape(2), array.Shape);
        Assert.Equal([1.5, -2], array.ToDoubles());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{'descr': '<f8', 'fortran_order': False}")]
    [InlineData("{'descr': '<f8', 'shape': (2,)}")]
    [InlineData("{'fortran_order': False, 'shape': (2,)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} x")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}\0")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': 2}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': [2]}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2 1)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (,)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2.0,)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}")]
    [InlineData("{'descr': '<f8' 'fortran_order': False, 'shape': (2,)}")]
    [InlineData("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'colour': 'red'}")]
    [InlineData("{descr: '<f8', 'fortran_order': False, 'shape': (2,)}")]
    [InlineData("{'descr': '<f8, 'fortran_order': False, 'shape': (2,)}")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (2,)}")]
    [InlineData("{'descr': 'f16', 'fortran_order': False, 'shape': (2,)}")]
    public void Malformed_headers_are_refused_by_name(string header)
    {
        var error = Assert.Throws<InvalidDataException>(() => Npy.Read(WithHeader(header, [1.5, -2]), "fixture.npy"));
        Assert.Contains("fixture.npy", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(2147483647,)")]
    [InlineData("(2147483648,)")]
    [InlineData("(99999999999999999999999,)")]
    [InlineData("(4294967296, 4294967296)")]
    [InlineData("(65536, 65536, 65536, 65536)")]
    [InlineData("(2147483647, 2147483647, 2147483647)")]
    [InlineData("(200000000,)")]
    public void Absurd_sizes_are_refused_by_name(string shape)
    {
        var header = $"{{'descr': '<f8', 'fortran_order': True, 'shape': {shape}}}";
        var error = Assert.Throws<InvalidDataException>(() => Npy.Read(WithHeader(header, [1.5, -2]), "fixture.npy"));
        Assert.Contains("fixture.npy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_array_may_have_large_other_extents()
    {
        const string Header = "{'descr': '<f8', 'fortran_order': True, 'shape': (2147483647, 0, 2147483647)}";
        Assert.Empty(Npy.Read(WithHeader(Header, []), "fixture.npy").ToDoubles());
    }

    [Fact]
    public void The_stream_is_left_behind_the_array()
    {
        var bytes = Convert.FromBase64String(NumpyFixtures.Version1);
        using var stream = new MemoryStream([.. bytes, .. Convert.FromBase64String(NumpyFixtures.Scalar)]);
        Npy.Read(stream, "fixture.npy");
        Assert.Equal([3.25], Npy.Read(stream, "fixture.npy").ToDoubles());
    }

    [Fact]
    public void A_file_is_read_by_its_path()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.npy"), Convert.FromBase64String(NumpyFixtures.Scalar));
        var array = Npy.Read(folder.File("a.npy"));
        Assert.Equal(folder.File("a.npy"), array.Name);
        Assert.Equal([3.25], array.ToDoubles());
    }

    private static NpyArray Read(string file) =>
        Npy.Read(new MemoryStream(Convert.FromBase64String(file)), "fixture.npy");

    /// <summary>A file of format 1.0 with this header, little-endian.</summary>
    private static MemoryStream WithHeader(string header, double[] values) =>
        new([
            0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8),
            .. Encoding.Latin1.GetBytes(header), .. values.SelectMany(BitConverter.GetBytes),
        ]);
}
