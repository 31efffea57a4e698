using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = tanh x</c>; tangent and cotangent are multiplied by <c>1 - y^2</c>.</summary>
public sealed record Tanh : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Tanh, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(1 - (result * result)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        (1 - (result * result)) * cotangent;
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The hyperbolic tangent of each element.</summary>
    public static Value Tanh(Value operand) => operand.Graph.Apply(new Tanh(), operand);
}
