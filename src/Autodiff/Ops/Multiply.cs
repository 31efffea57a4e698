using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = a b</c>, broadcast. <c>dy = b da + a db</c>; a receives the sum of <c>b y'</c> over its broadcast axes, <c>y'</c>
/// being the cotangent of y, and b that of <c>a y'</c>.
/// </summary>
public sealed record Multiply : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Multiply, 0, 1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions)
    {
        return directions.Lift(result.Operands[1 - operand]) * tangent;
    }

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        return Broadcasting.SumTo(result.Operands[1 - operand] * cotangent, result.Operands[operand].Shape);
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The product of two values, broadcast.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the element types differ.</exception>
    public static Value Multiply(Value left, Value right) => left.Graph.Apply(new Multiply(), left, right);
}
