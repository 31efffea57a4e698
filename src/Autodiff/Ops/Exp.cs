using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = e^x</c>; tangent and cotangent are multiplied by <c>y</c>.</summary>
public sealed record Exp : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Exp, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(result) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        result * cotangent;
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The exponential of each element.</summary>
    public static Value Exp(Value operand) => operand.Graph.Apply(new Exp(), operand);
}
