using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// <c>y_i = x_i - ln sum_j e^{x_j}</c> along one axis. With <c>p = e^y</c>: <c>dy = dx - sum_j p_j dx_j</c>, and the
/// operand receives <c>y' - p sum_j y'_j</c>. Where a second operand, the mask, is zero, elements take no part: y is
/// minus infinity and has no tangent, and its cotangent does not count.
/// </summary>
public sealed record LogSoftmax(int Axis) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Masking.Infer(this, operands, Axis);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions)
    {
        if (operand != 0)
        {
            return null;
        }

        var change = tangent - Reducing.KeptWeightedSum(Op.Exp(result), tangent, [Axis], directions);
        return result.Operands.Count == 1 ? change : Masked(directions.Lift(result.Operands[1]), change);
    }

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        if (operand != 0)
        {
            return null;
        }

        var counted = result.Operands.Count == 1 ? cotangent : Masked(result.Operands[1], cotangent);
        return counted - (Op.Exp(result) * Reducing.Keep(Op.Sum(counted, [Axis]), result.Shape, [Axis]));
    }

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 5 * result.Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new SoftmaxCall(operands[0], Axis, logarithm: true, result, Masking.Mask(operands))];

    private static Value Masked(Value mask, Value value) =>
        Op.Where(mask, value, Op.Full(value.Graph, value.Type with { Shape = Shape.Scalar }, 0));
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The logarithm of the softmax along one axis.</summary>
    /// <param name="operand">Logits.</param>
    /// <param name="axis">The axis whose elements compete.</param>
    /// <param name="mask">
    /// Broadcast to the logits and of their type: zero where an element takes no part, which gives minus infinity
    /// there, also where that leaves none. Null where all do.
    /// </param>
    /// <exception cref="ShapeException">There is no such axis, or the mask does not fit.</exception>
    public static Value LogSoftmax(Value operand, int axis, Value? mask = null) =>
        operand.Graph.Apply(new LogSoftmax(axis), mask is null ? [operand] : [operand, mask]);
}
