using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>What operations ask of their operands.</summary>
internal static class Operands
{
    /// <summary>The type of the first operand, whose elements must be real numbers.</summary>
    public static TensorType Real(Operation operation, IReadOnlyList<TensorType> operands) =>
        operands[0].Element.IsFloat()
            ? operands[0]
            : throw new ShapeException(operation, operands, "it takes real numbers, f32 or f64");

    /// <summary>
    /// The type of the first operand, whose elements must be real numbers and which must have an axis.
    /// </summary>
    public static TensorType RealWithAxis(Operation operation, IReadOnlyList<TensorType> operands, int axis)
    {
        var type = Real(operation, operands);
        return axis >= 0 && axis < type.Shape.Rank
            ? type
            : throw new ShapeException(operation, operands, $"there is no axis {axis}");
    }
}
