using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = c x</c> with a number <c>c</c>; tangent and cotangent are multiplied by <c>c</c>.</summary>
public sealed record Scale(double Factor) : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Scale, 0, Constant: Factor);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Op.Scale(tangent, Factor);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Op.Scale(cotangent, Factor);

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) => (Factor, operands[0].Operation) switch
    {
        (1, _) => operands[0],
        (_, Scale inner) => Op.Scale(operands[0].Operands[0], Factor * inner.Factor),
        (_, Contract product) => operands[0].Graph.Apply(
            product with { Alpha = Factor * product.Alpha }, [.. operands[0].Operands]),
        _ => null,
    };
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The product of each element with a number.</summary>
    public static Value Scale(Value operand, double factor) => operand.Graph.Apply(new Scale(factor), operand);
}
