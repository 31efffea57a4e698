using Looped.Tensors;

namespace Looped.Kernels.Reference;

/// <summary>An operand's elements, read and written as float64 by index.</summary>
internal readonly unsafe struct Cells(Operand operand, HostMemory arena)
{
    private readonly byte* _start = arena.Pointer + operand.Offset;

    public double this[ReadOnlySpan<int> index]
    {
        get
        {
            var at = Position(index);
            return operand.Type switch
            {
                ElementType.Float32 => ((float*)_start)[at],
                ElementType.Int32 => ((int*)_start)[at],
                _ => ((double*)_start)[at],
            };
        }

        set
        {
            var at = Position(index);
            switch (operand.Type)
            {
                case ElementType.Float32:
                    ((float*)_start)[at] = (float)value;
                    break;
                case ElementType.Int32:
                    ((int*)_start)[at] = (int)value;
                    break;
                default:
                    ((double*)_start)[at] = value;
                    break;
            }
        }
    }

    /// <summary>Calls <paramref name="visit"/> for every index of a shape, in row-major order.</summary>
    public static void ForEach(Shape shape, Action<int[]> visit)
    {
        if (shape.Size == 0)
        {
            return;
        }

        var index = new int[shape.Rank];
        int axis;
        do
        {
            visit(index);
            axis = shape.Rank - 1;
            while (axis >= 0 && ++index[axis] == shape[axis])
            {
                index[axis--] = 0;
            }
        }
        while (axis >= 0);
    }

    private long Position(ReadOnlySpan<int> index)
    {
        var position = 0L;
        for (var axis = 0; axis < index.Length; axis++)
        {
            position += index[axis] * operand.Strides[axis];
        }

        return position;
    }
}
