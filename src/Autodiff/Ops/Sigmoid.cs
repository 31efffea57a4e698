using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = 1 / (1 + e^-x)</c>; tangent and cotangent are multiplied by <c>y (1 - y)</c>.</summary>
public sealed record Sigmoid : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Sigmoid, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(Derivative(result)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => Derivative(result) * cotangent;

    private static Value Derivative(Value result) => result * (1 - result);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The logistic function of each element.</summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Sigmoid(Value operand) => operand.Graph.Apply(new Sigmoid(), operand);
}
