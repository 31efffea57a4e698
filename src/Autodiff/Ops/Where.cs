using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = a</c> where a condition is not zero, else <c>b</c>, all broadcast. Tangents are chosen likewise, with zero
/// for the branch that a tangent is not of; so are cotangents, summed over broadcast axes. The condition has no
/// derivative.
/// </summary>
public sealed record Where : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Select, 0, 1, 2);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) => operand == 0
        ? null
        : Op.BroadcastTo(
            Choose(directions.Lift(result.Operands[0]), operand, tangent), directions.Shape(result.Shape));

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => operand == 0
        ? null
        : Broadcasting.SumTo(Choose(result.Operands[0], operand, cotangent), result.Operands[operand].Shape);

    private static Value Choose(Value condition, int operand, Value value)
    {
        var zero = Op.Full(value.Graph, value.Type with { Shape = Shape.Scalar }, 0);
        return operand == 1 ? Op.Where(condition, value, zero) : Op.Where(condition, zero, value);
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// <paramref name="left"/> where the condition is not zero, else <paramref name="right"/>, all broadcast.
    /// </summary>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the element types differ.</exception>
    public static Value Where(Value condition, Value left, Value right) =>
        left.Graph.Apply(new Where(), condition, left, right);
}
