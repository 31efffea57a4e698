using Looped.Tensors.IO;

namespace Looped.Tensors.Tests.IO;

public class Crc32Tests
{
    /// <summary>The check value of the catalogues of CRC algorithms, and others computed with Python's zlib.</summary>
    [Theory]
    [InlineData("", 0x00000000)]
    [InlineData("123456789", 0xCBF43926)]
    [InlineData("The valley is wide.", 0xBB59803D)]
    public void The_checksum_is_that_of_zip(string text, uint expected) =>
        Assert.Equal(expected, Crc32.Compute(System.Text.Encoding.ASCII.GetBytes(text)));
}
