using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>
/// The bytes of an arena before a call. Every byte that is no input element is poison, which reads as NaN in both
/// real element types and as -1 in whole numbers; each operand starts at an odd element and lies between guard bytes.
/// </summary>
internal sealed class ArenaImage(ElementType type, Philox random)
{
    private const int Guard = 64;
    private const byte Poison = 0xFF;

    private byte[] _bytes = [];

    public ElementType Type { get; } = type;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>An operand whose elements are drawn.</summary>
    public Operand Input(Shape shape, Layout layout, Func<Philox, double> draw) => Input(shape, layout, draw, Type);

    /// <summary>An operand of whole numbers of a range, both ends included.</summary>
    public Operand Indices(Shape shape, Layout layout, int from, int to) =>
        Input(shape, layout, philox => from + philox.NextInt(to - from + 1), ElementType.Int32);

    /// <summary>An operand of poison.</summary>
    public Operand Output(Shape shape, Layout layout) => Output(shape, layout, Type);

    /// <summary>An operand of some type whose elements are drawn.</summary>
    public Operand Input(Shape shape, Layout layout, Func<Philox, double> draw, ElementType type)
    {
        var operand = Output(shape, layout, type);
        foreach (var position in Positions(operand).Distinct())
        {
            Write(position, type, draw(random));
        }

        return operand;
    }

    /// <summary>An operand of poison of some type.</summary>
    public Operand Output(Shape shape, Layout layout, ElementType type)
    {
        // An odd element, and yet a multiple of its size.
        var start = ((_bytes.Length + Guard + 7) / 8 * 8) + type.Size();
        var operand = Window(start, shape, layout, type, out var elements);
        var filled = _bytes.Length;
        Array.Resize(ref _bytes, (int)(start + (elements * type.Size()) + Guard));
        _bytes.AsSpan(filled).Fill(Poison);
        return operand;
    }

    /// <summary>The byte positions of an operand's elements, in row-major order of their indices.</summary>
    public static long[] Positions(Operand operand)
    {
        var size = operand.Type.Size();
        return [.. Walk.Offsets(operand.Shape, operand.Strides).Select(offset => operand.Offset + (offset * size))];
    }

    /// <summary>The element of a type at a byte position.</summary>
    public double Read(long position, ElementType type) => Read(_bytes, type, position);

    /// <summary>The element at a byte position of other bytes.</summary>
    public static double Read(ReadOnlySpan<byte> bytes, ElementType type, long position) => type switch
    {
        ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(int)position..]),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(int)position..]),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes[(int)position..]),
    };

    private void Write(long position, ElementType type, double element)
    {
        var target = _bytes.AsSpan((int)position);
        switch (type)
        {
            case ElementType.Float32:
                MemoryMarshal.Write(target, (float)element);
                break;
            case ElementType.Int32:
                MemoryMarshal.Write(target, (int)element);
                break;
            default:
                MemoryMarshal.Write(target, element);
                break;
        }
    }

    private Operand Window(long start, Shape shape, Layout layout, ElementType type, out long elements)
    {
        Shape memory;
        Operand operand;
        switch (layout)
        {
            case Layout.Transposed:
                memory = new Shape([.. shape.Reverse()]);
                operand = new Operand(start, type, memory)
                    .Transpose([.. Enumerable.Range(0, shape.Rank).Reverse()]);
                break;
            case Layout.Sliced:
                memory = new Shape([.. shape.Select(extent => extent + 3)]);
                operand = new Operand(start, type, memory);
                for (var axis = 0; axis < shape.Rank; axis++)
                {
                    operand = operand.Slice(axis, 1, shape[axis]);
                }

                break;
            case Layout.Strided:
                memory = shape.Append(3);
                operand = new Operand(
                    start + type.Size(), type, shape, [.. shape.Strides().Select(stride => 3 * stride)]);
                break;
            case Layout.RepeatedEven or Layout.RepeatedOdd:
                var repeated = layout == Layout.RepeatedEven ? 0 : 1;
                memory = new Shape([.. shape.Select((extent, axis) => axis % 2 == repeated ? 1 : extent)]);
                operand = new Operand(start, type, memory).Broadcast(shape);
                break;
            default:
                memory = shape;
                operand = new Operand(start, type, memory);
                break;
        }

        elements = memory.Size;
        return operand;
    }
}
