using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = cos x</c>; tangent and cotangent are multiplied by <c>-sin x</c>.</summary>
public sealed record Cos : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Cos, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(Derivative(result)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => Derivative(result) * cotangent;

    private static Value Derivative(Value result) => -Op.Sin(result.Operands[0]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The cosine of each element, in radians.</summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Cos(Value operand) => operand.Graph.Apply(new Cos(), operand);
}
