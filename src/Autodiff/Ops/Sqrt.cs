using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = sqrt x</c>; tangent and cotangent are multiplied by <c>1 / (2 y)</c>.</summary>
public sealed record Sqrt : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Sqrt, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        0.5 * (tangent / directions.Lift(result));

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        0.5 * (cotangent / result);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The square root of each element.</summary>
    public static Value Sqrt(Value operand) => operand.Graph.Apply(new Sqrt(), operand);
}
