using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = 1 / sqrt x</c>; tangent and cotangent are multiplied by <c>-y^3 / 2</c>.</summary>
public sealed record Rsqrt : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.ReciprocalSqrt, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(Derivative(result)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => Derivative(result) * cotangent;

    private static Value Derivative(Value result) => -0.5 * (result * result * result);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The reciprocal square root of each element.</summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Rsqrt(Value operand) => operand.Graph.Apply(new Rsqrt(), operand);
}
