using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = sin x</c>; tangent and cotangent are multiplied by <c>cos x</c>.</summary>
public sealed record Sin : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Sin, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(Derivative(result)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => Derivative(result) * cotangent;

    private static Value Derivative(Value result) => Op.Cos(result.Operands[0]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The sine of each element, in radians.</summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Sin(Value operand) => operand.Graph.Apply(new Sin(), operand);
}
