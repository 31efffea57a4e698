using Looped.Tensors;

namespace Looped.Kernels;

/// <summary>
/// A strided window on memory that a kernel reads or writes: element <c>i</c> lies at byte
/// <c>Offset + Type.Size() * sum_a i_a Strides[a]</c>. A stride of zero repeats an element (a broadcast axis); reshapes,
/// transposes, slices and broadcasts are therefore other operands on the same memory and cost nothing.
/// </summary>
public sealed class Operand
{
    private readonly long[] _strides;

    /// <summary>A window of a given shape and strides (in elements).</summary>
    /// <exception cref="ArgumentException">Strides and shape differ in rank.</exception>
    public Operand(long offset, ElementType type, Shape shape, ReadOnlySpan<long> strides)
    {
        if (strides.Length != shape.Rank)
        {
            throw new ArgumentException($"{strides.Length} strides do not fit shape {shape}");
        }

        Offset = offset;
        Type = type;
        Shape = shape;
        _strides = strides.ToArray();
    }

    /// <summary>A contiguous row-major window.</summary>
    public Operand(long offset, ElementType type, Shape shape)
        : this(offset, type, shape, shape.Strides())
    {
    }

    /// <summary>First byte.</summary>
    public long Offset { get; }

    /// <summary>Element type.</summary>
    public ElementType Type { get; }

    /// <summary>Extents.</summary>
    public Shape Shape { get; }

    /// <summary>Steps between neighbours along each axis, in elements.</summary>
    public ReadOnlySpan<long> Strides => _strides;

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var axis = Shape.Rank - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && _strides[axis] != expected)
                {
                    return false;
                }

                expected *= Shape[axis];
            }

            return true;
        }
    }

    /// <summary>This window moved to another arena position.</summary>
    public Operand At(long offset) => new(offset, Type, Shape, _strides);

    /// <summary>The same elements seen with another shape; null where strides cannot express it.</summary>
    public Operand? Reshape(Shape shape) => IsContiguous ? new Operand(Offset, Type, shape) : null;

    /// <summary>Axes in another order: axis <c>a</c> of the result is axis <c>order[a]</c> of this.</summary>
    public Operand Transpose(ReadOnlySpan<int> order)
    {
        var extents = new int[order.Length];
        var strides = new long[order.Length];
        for (var axis = 0; axis < order.Length; axis++)
        {
            extents[axis] = Shape[order[axis]];
            strides[axis] = _strides[order[axis]];
        }

        return new Operand(Offset, Type, new Shape(extents), strides);
    }

    /// <summary>Elements <c>start .. start + count - 1</c> of one axis.</summary>
    public Operand Slice(int axis, int start, int count)
    {
        var extents = Shape.ToArray();
        extents[axis] = count;
        return new Operand(Offset + (start * _strides[axis] * Type.Size()), Type, new Shape(extents), _strides);
    }

    /// <summary>Repeats along new outer axes and axes of extent one, up to <paramref name="shape"/>.</summary>
    public Operand Broadcast(Shape shape)
    {
        var strides = new long[shape.Rank];
        var added = shape.Rank - Shape.Rank;
        for (var axis = added; axis < shape.Rank; axis++)
        {
            strides[axis] = Shape[axis - added] == 1 ? 0 : _strides[axis - added];
        }

        return new Operand(Offset, Type, shape, strides);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Type.ShortName()}{Shape}@{Offset}";
}
