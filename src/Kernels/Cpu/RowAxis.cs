using Looped.Tensors;

namespace Looped.Kernels.Cpu;

/// <summary>Takes the axis of a row kernel's rows out of shapes and operands.</summary>
internal static unsafe class RowAxis
{
    /// <summary>The extents of the other axes.</summary>
    public static long[] Others(Shape shape, int axis) =>
        [.. shape.Select(extent => (long)extent).Where((_, other) => other != axis)];

    /// <summary>An operand, of extent one or the rows' along the axis.</summary>
    public static RowOperand Of(Operand operand, int axis, HostMemory arena) => new(
        (nint)(arena.Pointer + operand.Offset),
        operand.Strides[axis],
        [.. operand.Strides.ToArray().Where((_, other) => other != axis)]);
}
