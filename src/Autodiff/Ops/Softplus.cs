using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = ln(1 + e^x)</c>; tangent and cotangent are multiplied by <c>1 / (1 + e^-x)</c>.</summary>
public sealed record Softplus : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Softplus, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(Derivative(result)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => Derivative(result) * cotangent;

    private static Value Derivative(Value result) => Op.Sigmoid(result.Operands[0]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The logarithm of one plus the exponential of each element, without overflow.</summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Softplus(Value operand) => operand.Graph.Apply(new Softplus(), operand);
}
