using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>
/// The bytes of an arena before a call. Every byte that is no input element is poison, which reads as NaN in both
/// element types; each operand starts at an odd element and lies between guard bytes.
/// </summary>
internal sealed class ArenaImage(ElementType type, Philox random)
{
    private const int Guard = 64;
    private const byte Poison = 0xFF;

    private byte[] _bytes = [];

    public ElementType Type { get; } = type;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>An operand whose elements are drawn.</summary>
    public Operand Input(Shape shape, Layout layout, Func<Philox, double> draw)
    {
        var operand = Output(shape, layout);
        foreach (var position in Positions(operand).Distinct())
        {
            Write(position, draw(random));
        }

        return operand;
    }

    /// <summary>An operand of poison.</summary>
    public Operand Output(Shape shape, Layout layout)
    {
        var start = _bytes.Length + Guard + Type.Size();
        var operand = Window(start, shape, layout, out var elements);
        var filled = _bytes.Length;
        Array.Resize(ref _bytes, (int)(start + (elements * Type.Size()) + Guard));
        _bytes.AsSpan(filled).Fill(Poison);
        return operand;
    }

    /// <summary>The byte positions of an operand's elements, in row-major order of their indices.</summary>
    public static long[] Positions(Operand operand)
    {
        var size = operand.Type.Size();
        return [.. Walk.Offsets(operand.Shape, operand.Strides).Select(offset => operand.Offset + (offset * size))];
    }

    /// <summary>The element at a byte position.</summary>
    public double Read(long position) => Read(_bytes, Type, position);

    /// <summary>The element at a byte position of other bytes.</summary>
    public static double Read(ReadOnlySpan<byte> bytes, ElementType type, long position) =>
        type == ElementType.Float32
            ? BinaryPrimitives.ReadSingleLittleEndian(bytes[(int)position..])
            : BinaryPrimitives.ReadDoubleLittleEndian(bytes[(int)position..]);

    private void Write(long position, double element)
    {
        if (Type == ElementType.Float32)
        {
            MemoryMarshal.Write(_bytes.AsSpan((int)position), (float)element);
        }
        else
        {
            MemoryMarshal.Write(_bytes.AsSpan((int)position), element);
        }
    }

    private Operand Window(long start, Shape shape, Layout layout, out long elements)
    {
        Shape memory;
        Operand operand;
        switch (layout)
        {
            case Layout.Transposed:
                memory = new Shape([.. shape.Reverse()]);
                operand = new Operand(start, Type, memory)
                    .Transpose([.. Enumerable.Range(0, shape.Rank).Reverse()]);
                break;
            case Layout.Sliced:
                memory = new Shape([.. shape.Select(extent => extent + 3)]);
                operand = new Operand(start, Type, memory);
                for (var axis = 0; axis < shape.Rank; axis++)
                {
                    operand = operand.Slice(axis, 1, shape[axis]);
                }

                break;
            case Layout.Strided:
                memory = shape.Append(3);
                operand = new Operand(
                    start + Type.Size(), Type, shape, [.. shape.Strides().Select(stride => 3 * stride)]);
                break;
            case Layout.RepeatedEven or Layout.RepeatedOdd:
                var repeated = layout == Layout.RepeatedEven ? 0 : 1;
                memory = new Shape([.. shape.Select((extent, axis) => axis % 2 == repeated ? 1 : extent)]);
                operand = new Operand(start, Type, memory).Broadcast(shape);
                break;
            default:
                memory = shape;
                operand = new Operand(start, Type, memory);
                break;
        }

        elements = memory.Size;
        return operand;
    }
}
