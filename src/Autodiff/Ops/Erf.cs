using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = erf x = 2/sqrt(pi) int_0^x e^(-t^2) dt</c>; tangent and cotangent are multiplied by <c>2/sqrt(pi)
/// e^(-x^2)</c>.
/// </summary>
public sealed record Erf : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Erf, 0);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(Derivative(result)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => Derivative(result) * cotangent;

    private static Value Derivative(Value result)
    {
        var x = result.Operands[0];
        return 2 / Math.Sqrt(Math.PI) * Op.Exp(-(x * x));
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The error function of each element.</summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Erf(Value operand) => operand.Graph.Apply(new Erf(), operand);
}
