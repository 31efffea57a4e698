using Looped.Tensors.IO;

namespace Looped.Tensors.Tests.IO;

/// <summary>A damaged file is an <see cref="InvalidDataException"/> with the file's name, and nothing else.</summary>
public class NpyDamageTests
{
    public static TheoryData<string> Arrays =>
        [NumpyFixtures.Version1, NumpyFixtures.Version2, NumpyFixtures.Version3, NumpyFixtures.Fortran];

    public static TheoryData<string> Archives => [NumpyFixtures.Savez, NumpyFixtures.SavezCompressed];

    [Theory]
    [MemberData(nameof(Arrays))]
    public void Every_truncation_of_an_array_is_refused(string file)
    {
        var bytes = Convert.FromBase64String(file);
        for (var length = 0; length < bytes.Length; length++)
        {
            using var stream = new MemoryStream(bytes[..length]);
            var error = Assert.Throws<InvalidDataException>(() => Npy.Read(stream, "damaged.npy"));
            Assert.Contains("damaged.npy", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Archives))]
    public void Every_truncation_of_an_archive_is_refused(string file)
    {
        var bytes = Convert.FromBase64String(file);
        for (var length = 0; length < bytes.Length; length++)
        {
            using var stream = new MemoryStream(bytes[..length]);
            var error = Assert.Throws<InvalidDataException>(() => Npz.Read(stream, "damaged.npz"));
            Assert.Contains("damaged.npz", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Arrays))]
    public void A_changed_byte_of_an_array_is_refused_or_gives_an_array_of_as_many_bytes(string file)
    {
        var bytes = Convert.FromBase64String(file);
        foreach (var damaged in WithEachBitFlipped(bytes))
        {
            try
            {
                var array = Npy.Read(new MemoryStream(damaged), "damaged.npy");
                Assert.InRange(array.Shape.Size * array.Type.Size(), 0, bytes.Length);
                Assert.Equal(array.Shape.Size, array.ToDoubles().Length);
            }
            catch (InvalidDataException error)
            {
                Assert.Contains("damaged.npy", error.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>
    /// The checksum covers the members' bytes and the format the rest, but for dates, versions and attributes, which
    /// change nothing, and names.
    /// </summary>
    [Theory]
    [MemberData(nameof(Archives))]
    public void A_changed_bit_of_an_archive_never_changes_a_number(string file)
    {
        foreach (var damaged in WithEachBitFlipped(Convert.FromBase64String(file)))
        {
            try
            {
                foreach (var array in Npz.Read(new MemoryStream(damaged), "damaged.npz").Values)
                {
                    Assert.Equal(array.Shape.Rank == 1 ? [0, 1, 2] : [1, 2, 3, 4], array.ToDoubles());
                }
            }
            catch (InvalidDataException error)
            {
                Assert.Contains("damaged.npz", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(4, 0)]
    public void Unknown_format_versions_are_refused(byte major, byte minor)
    {
        var bytes = Convert.FromBase64String(NumpyFixtures.Version1);
        (bytes[6], bytes[7]) = (major, minor);
        var error = Assert.Throws<InvalidDataException>(() => Npy.Read(new MemoryStream(bytes), "damaged.npy"));
        Assert.Contains("1.0, 2.0 and 3.0", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<byte[]> WithEachBitFlipped(byte[] bytes)
    {
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return damaged;
        }
    }
}
