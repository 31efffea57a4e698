using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = max(x, 0)</c>; tangent and cotangent pass where <c>x &gt; 0</c>. At the kink the derivative is taken to be 0.
/// The second operand is the zero.
/// </summary>
public sealed record Relu : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Max, 0, 1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Operands.Real(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        operand == 0 ? directions.Lift(Passes(result)) * tangent : null;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        operand == 0 ? Passes(result) * cotangent : null;

    private static Value Passes(Value result) => Op.Greater(result.Operands[0], result.Operands[1]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>Each element where it is positive, else zero.</summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Relu(Value operand) => operand.Graph.Apply(
        new Relu(), operand, Full(operand.Graph, operand.Type with { Shape = Shape.Scalar }, 0));
}
