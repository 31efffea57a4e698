using System.Buffers.Binary;
using System.Text;

namespace Looped.Tensors.Tests.IO;

/// <summary>Safetensors files put together by hand.</summary>
internal static class SafetensorsFixture
{
    /// <summary>
    /// Packed by Python's json and struct: metadata <c>format: pt</c>; i I64 [-2^62, 3]; b F64 2 x 3; empty F64 0 x 4;
    /// a F32 [1.5, -2.25]; scalar I32 -7; brain BF16 (cast by PyTorch) [1, -3.140625, 2^-133, inf]; half F16 (cast by
    /// numpy) [0.5, 65504, 6e-8].
    /// </summary>
    public const string AllTypes =
        "uAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJpIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZm" +
        "ZzZXRzIjpbMCwxNl19LCJiIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlsxNiw2NF19LCJlbXB0eSI6" +
        "eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMCw0XSwiZGF0YV9vZmZzZXRzIjpbNjQsNjRdfSwiYSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIj" +
        "pbMl0sImRhdGFfb2Zmc2V0cyI6WzY0LDcyXX0sInNjYWxhciI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpb" +
        "NzIsNzZdfSwiYnJhaW4iOnsiZHR5cGUiOiJCRjE2Iiwic2hhcGUiOls0XSwiZGF0YV9vZmZzZXRzIjpbNzYsODRdfSwiaGFsZiI6eyJkdH" +
        "lwZSI6IkYxNiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6Wzg0LDkwXX19ICAgIAAAAAAAAADAAwAAAAAAAAAAAAAAAADgvwAAAAAA" +
        "ANC/AAAAAAAAAACamZmZmZm5P5x1AIg85Dd+AAAAAAAA8P8AAMA/AAAQwPn///+AP0nAAQCAfwA4/3sBAA==";

    /// <summary>A file of a header and as many zero bytes as it needs.</summary>
    public static byte[] File(string header, int dataBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[sizeof(ulong) + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, sizeof(ulong));
        return file;
    }

    /// <summary>A header's member for a tensor.</summary>
    public static string Tensor(string name, string dtype, string shape, long begin, long end) =>
        $"\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":[{shape}],\"data_offsets\":[{begin},{end}]}}";
}
