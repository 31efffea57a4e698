using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>
/// The bytes of an arena before a call. Every byte that is no input element is poison, which reads as NaN in both
/// real element types and as -1 in whole numbers. Each operand lies on pages of its own between two fences, pages that
/// a kernel must not touch, and begins right after the first or ends right before the second, which leaves it at an odd
/// element; the rest of its pages guards the other side.
/// </summary>
internal sealed class ArenaImage(ElementType type, Philox random)
{
    /// <summary>Bytes of a fence.</summary>
    public static readonly int Page = Environment.SystemPageSize;

    private const byte Poison = 0xFF;

    private readonly List<int> _fences = [0];
    private byte[] _bytes = Poisoned(Page);

    public ElementType Type { get; } = type;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The first byte of each fence.</summary>
    public IReadOnlyList<int> Fences => _fences;

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
        var window = Window(shape, layout, type);
        var touched = Touched(window);
        var start = _bytes.Length;
        var pages = Math.Max(1, (touched + Page - 1) / Page) * Page;
        _fences.Add(start + pages);
        _bytes = [.. _bytes, .. Poisoned(pages + Page)];
        return window.At(random.NextInt(2) == 0 ? start : start + pages - touched);
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

    private static byte[] Poisoned(int count) => [.. Enumerable.Repeat(Poison, count)];

    /// <summary>Bytes from an operand's first element to the end of its last.</summary>
    private static int Touched(Operand operand)
    {
        if (operand.Shape.Size == 0)
        {
            return 0;
        }

        var last = 0L;
        for (var axis = 0; axis < operand.Shape.Rank; axis++)
        {
            last += (operand.Shape[axis] - 1) * operand.Strides[axis];
        }

        return (int)((last + 1) * operand.Type.Size());
    }

    private static Operand Window(Shape shape, Layout layout, ElementType type)
    {
        switch (layout)
        {
            case Layout.Transposed:
                return new Operand(0, type, new Shape([.. shape.Reverse()]))
                    .Transpose([.. Enumerable.Range(0, shape.Rank).Reverse()]);
            case Layout.Sliced:
                var operand = new Operand(0, type, new Shape([.. shape.Select(extent => extent + 3)]));
                for (var axis = 0; axis < shape.Rank; axis++)
                {
                    operand = operand.Slice(axis, 1, shape[axis]);
                }

                return operand;
            case Layout.Strided:
                return new Operand(0, type, shape, [.. shape.Strides().Select(stride => 3 * stride)]);
            case Layout.RepeatedEven or Layout.RepeatedOdd:
                var repeated = layout == Layout.RepeatedEven ? 0 : 1;
                return new Operand(
                    0, type, new Shape([.. shape.Select((extent, axis) => axis % 2 == repeated ? 1 : extent)]))
                    .Broadcast(shape);
            default:
                return new Operand(0, type, shape);
        }
    }
}
