using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = a - b</c>, broadcast. As <see cref="Add"/>, with the sign of the second operand turned.
/// </summary>
public sealed record Subtract : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Subtract, 0, 1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions)
    {
        return Op.BroadcastTo(operand == 0 ? tangent : -tangent, directions.Shape(result.Shape));
    }

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        return Broadcasting.SumTo(operand == 0 ? cotangent : -cotangent, result.Operands[operand].Shape);
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The difference of two values, broadcast.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the element types differ.</exception>
    public static Value Subtract(Value left, Value right) => left.Graph.Apply(new Subtract(), left, right);
}
