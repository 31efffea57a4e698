using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary><c>y = x^p</c> with a number <c>p</c>; tangent and cotangent are multiplied by <c>p x^(p-1)</c>.</summary>
public sealed record Power(double Exponent) : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Power, 0, Constant: Exponent);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Exponent == 0 ? null : directions.Lift(Derivative(result)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Exponent == 0 ? null : Derivative(result) * cotangent;

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) => Exponent switch
    {
        1 => operands[0],
        2 => operands[0] * operands[0],
        0.5 => Op.Sqrt(operands[0]),
        -0.5 => Op.Rsqrt(operands[0]),
        _ => null,
    };

    private Value Derivative(Value result) => Exponent * Op.Power(result.Operands[0], Exponent - 1);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// Each element to the power of a number; not a number where the element is negative and the exponent no whole
    /// number.
    /// </summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Power(Value operand, double exponent) =>
        operand.Graph.Apply(new Power(exponent), operand);
}
