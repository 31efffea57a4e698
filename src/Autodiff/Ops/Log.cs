using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = ln x</c>; tangent and cotangent are divided by <c>x</c>.</summary>
public sealed record Log : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Log, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        tangent / directions.Lift(result.Operands[0]);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        cotangent / result.Operands[0];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The natural logarithm of each element.</summary>
    public static Value Log(Value operand) => operand.Graph.Apply(new Log(), operand);
}
