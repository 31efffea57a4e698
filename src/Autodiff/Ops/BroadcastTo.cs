using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// Repeats a value along new outer axes and axes of extent one. The tangent is repeated likewise; the operand receives
/// the cotangent summed over the repeats.
/// </summary>
public sealed record BroadcastTo(Shape Shape) : ViewOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        Shape.Equals(Shape.Broadcast(operands[0].Shape, Shape))
            ? operands[0] with { Shape = Shape }
            : throw new ShapeException(this, operands, $"it cannot be repeated to {Shape}");

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions)
    {
        // A scalar's tangents are a row of directions, whose axis must stay innermost.
        var aligned = new int[Shape.Rank];
        var primal = result.Operands[0].Shape;
        for (var axis = 0; axis < aligned.Length; axis++)
        {
            var source = axis - (Shape.Rank - primal.Rank);
            aligned[axis] = source < 0 ? 1 : primal[source];
        }

        return Op.BroadcastTo(Op.Reshape(tangent, directions.Shape(new Shape(aligned))), directions.Shape(Shape));
    }

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Broadcasting.SumTo(cotangent, result.Operands[0].Shape);

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) =>
        operands[0].Shape.Equals(Shape) ? operands[0] : null;

    /// <inheritdoc/>
    public override Operand? View(Operand operand, TensorType result) => operand.Broadcast(Shape);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>A value repeated to a shape: axes are aligned from the innermost, extents of one are stretched.</summary>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Value BroadcastTo(Value operand, Shape shape) =>
        operand.Graph.Apply(new BroadcastTo(shape), operand);
}

/// <summary>What operations with broadcast operands share.</summary>
internal static class Broadcasting
{
    public static TensorType Infer(Operation operation, IReadOnlyList<TensorType> operands)
    {
        var type = Operands.Real(operation, operands);
        foreach (var other in operands.Skip(1))
        {
            if (other.Element != type.Element)
            {
                throw new ShapeException(operation, operands, "all operands need one element type");
            }

            type = type with
            {
                Shape = Shape.Broadcast(type.Shape, other.Shape) ?? throw new ShapeException(
                    operation,
                    operands,
                    "axes aligned from the innermost must have equal extents, or one of them extent 1"),
            };
        }

        return type;
    }

    /// <summary>Sums away the axes along which <paramref name="shape"/> was broadcast.</summary>
    public static Value SumTo(Value value, Shape shape)
    {
        if (value.Shape.Equals(shape))
        {
            return value;
        }

        var added = value.Shape.Rank - shape.Rank;
        var axes = new List<int>();
        for (var axis = 0; axis < value.Shape.Rank; axis++)
        {
            if (axis < added || (shape[axis - added] == 1 && value.Shape[axis] != 1))
            {
                axes.Add(axis);
            }
        }

        return Op.Reshape(Op.Sum(value, [.. axes]), shape);
    }
}
