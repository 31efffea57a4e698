using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = x + c</c> with a number <c>c</c>; tangent and cotangent pass.</summary>
public sealed record Offset(double Addend) : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Offset, 0, Constant: Addend);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        cotangent;

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) => Addend == 0 ? operands[0] : null;
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The sum of each element with a number.</summary>
    public static Value Offset(Value operand, double addend) => operand.Graph.Apply(new Offset(addend), operand);
}
