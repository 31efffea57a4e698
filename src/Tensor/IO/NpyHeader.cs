using System.Buffers.Binary;
using System.Text;

namespace Looped.Tensors.IO;

/// <summary>
/// The header of an NPY file: a Python dictionary literal with the keys <c>descr</c>, <c>fortran_order</c> and
/// <c>shape</c>, as numpy's <c>lib.format</c> documents it. Any order of keys, any white space and both kinds of quotes
/// are read; nothing but these three keys is.
/// </summary>
internal sealed record NpyHeader(NpyType Type, bool SwapBytes, bool FortranOrder, Shape Shape)
{
    /// <summary>The most axes that numpy gives an array.</summary>
    public const int MaximumRank = 64;

    /// <summary>
    /// Length of magic, version, length field and header is a multiple of this, so that data are aligned.
    /// </summary>
    private const int Alignment = 64;

    /// <summary>What every NPY file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>
    /// The dictionary of a C-order array in the machine's byte order, with everything that comes before it in a file of
    /// format 1.0.
    /// </summary>
    /// <exception cref="ArgumentException">The shape has more axes than numpy allows.</exception>
    public static byte[] Encode(NpyType type, Shape shape)
    {
        if (shape.Rank > MaximumRank)
        {
            throw new ArgumentException($"A shape of {shape.Rank} axes cannot be stored; at most {MaximumRank} can.");
        }

        var order = type.Size() == 1 ? '|' : BitConverter.IsLittleEndian ? '<' : '>';
        var extents = string.Join(", ", shape) + (shape.Rank == 1 ? "," : "");
        var text = $"{{'descr': '{order}{type.Code()}', 'fortran_order': False, 'shape': ({extents}), }}";

        var before = Magic.Length + 2 + sizeof(ushort);
        var total = (before + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var bytes = new byte[total];
        Magic.CopyTo(bytes);
        (bytes[Magic.Length], bytes[Magic.Length + 1]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(Magic.Length + 2), (ushort)(total - before));
        Encoding.ASCII.GetBytes(text.PadRight(total - before - 1) + '\n', bytes.AsSpan(before));
        return bytes;
    }

    /// <summary>Reads the dictionary.</summary>
    /// <exception cref="InvalidDataException">It is not such a dictionary, or of a type not read here.</exception>
    public static NpyHeader Parse(string text, string name)
    {
        var literal = new PythonLiteral(text, name);
        string? descr = null;
        bool? fortranOrder = null;
        Shape? shape = null;
        literal.Expect('{');
        while (!literal.Accept('}'))
        {
            var key = literal.ReadString();
            literal.Expect(':');
            switch (key)
            {
                case "descr" when descr is null && literal.Next == '[':
                    throw new InvalidDataException(
                        $"{name} holds a structured array; allowed are plain arrays of {NpyTypes.AllCodes}.");
                case "descr" when descr is null:
                    descr = literal.ReadString();
                    break;
                case "fortran_order" when fortranOrder is null:
                    fortranOrder = literal.ReadBoolean();
                    break;
                case "shape" when shape is null:
                    shape = literal.ReadShape();
                    break;
                default:
                    throw new InvalidDataException(
                        $"The NPY header of {name} has an unknown or repeated key '{key}'; " +
                        "needed are 'descr', 'fortran_order' and 'shape', once each.");
            }

            if (!literal.Accept(','))
            {
                literal.Expect('}');
                break;
            }
        }

        literal.ExpectEnd();
        if (descr is null || fortranOrder is null || shape is null)
        {
            throw new InvalidDataException(
                $"The NPY header of {name} lacks one of the keys 'descr', 'fortran_order' and 'shape'.");
        }

        var (type, swap) = ParseType(descr, name);
        return new NpyHeader(type, swap, fortranOrder.Value, shape);
    }

    private static (NpyType Type, bool SwapBytes) ParseType(string descr, string name)
    {
        var ordered = descr.Length > 0 && "<>|=".Contains(descr[0], StringComparison.Ordinal);
        var type = NpyTypes.FromCode(descr.AsSpan(ordered ? 1 : 0))
            ?? throw new InvalidDataException(
                $"{name} holds elements of type '{descr}'; allowed are {NpyTypes.AllCodes}, in either byte order.");
        var foreign = BitConverter.IsLittleEndian ? '>' : '<';
        return (type, ordered && descr[0] == foreign && type.Size() > 1);
    }
}
