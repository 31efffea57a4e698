using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y_i = e^{x_i} / sum_j e^{x_j}</c> along one axis. <c>dy = y (dx - sum_j y_j dx_j)</c>, and the operand receives
/// <c>y (y' - sum_j y_j y'_j)</c>. Where a second operand, the mask, is zero, elements take no part and y is 0, which
/// the same rules then leave alone; the mask has no derivative.
/// </summary>
public sealed record Softmax(int Axis) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Masking.Infer(this, operands, Axis);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        operand == 0 ? Times(result, tangent) : null;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        operand == 0 ? Times(result, cotangent) : null;

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 5 * result.Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new SoftmaxCall(operands[0], Axis, logarithm: false, result, Masking.Mask(operands))];

    private Value Times(Value result, Value tangent) =>
        Op.SoftmaxJacobianProduct(result, tangent, Axis);
}

/// <summary>
/// The Jacobian of <see cref="Softmax"/> times a tangent t or, as it is symmetric, a cotangent: <c>y_i (t_i - sum_j y_j
/// t_j)</c>, the first operand being the softmax y. Tangents may have an axis of directions, the innermost.
/// </summary>
public sealed record SoftmaxJacobianProduct(int Axis) : FusedOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        Directions.Infer(this, operands, Operands.RealWithAxis(this, operands, Axis));

    /// <inheritdoc/>
    public override Value Expand(IReadOnlyList<Value> operands)
    {
        var (softmax, tangent) = (operands[0], operands[1]);
        var directions = Directions.Of(tangent, softmax);
        return directions.Lift(softmax) *
            (tangent - Reducing.KeptWeightedSum(softmax, tangent, [Axis], directions));
    }

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 4 * result.Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new SoftmaxJacobianProductCall(operands[0], operands[1], Axis, result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The softmax along one axis.</summary>
    /// <param name="operand">Logits.</param>
    /// <param name="axis">The axis whose elements compete.</param>
    /// <param name="mask">
    /// Broadcast to the logits and of their type: zero where an element takes no part, which gives 0 there, also where
    /// that leaves none. Null where all do.
    /// </param>
    /// <exception cref="ShapeException">There is no such axis, or the mask does not fit.</exception>
    public static Value Softmax(Value operand, int axis, Value? mask = null) =>
        operand.Graph.Apply(new Softmax(axis), mask is null ? [operand] : [operand, mask]);

    /// <summary>The Jacobian of a softmax along one axis times a tangent or cotangent.</summary>
    /// <param name="softmax">The softmax, not its operand.</param>
    /// <param name="tangent">Of its shape, or with one more innermost axis of directions.</param>
    /// <param name="axis">The axis whose elements compete.</param>
    /// <exception cref="ShapeException">There is no such axis, or the tangent does not fit.</exception>
    public static Value SoftmaxJacobianProduct(Value softmax, Value tangent, int axis) =>
        softmax.Graph.Apply(new SoftmaxJacobianProduct(axis), softmax, tangent);
}

/// <summary>What softmax and its logarithm share.</summary>
internal static class Masking
{
    public static TensorType Infer(Operation operation, IReadOnlyList<TensorType> operands, int axis)
    {
        var type = Operands.RealWithAxis(operation, operands, axis);
        return operands.Count == 1 || Broadcasting.Infer(operation, operands).Shape.Equals(type.Shape)
            ? type
            : throw new ShapeException(operation, operands, "the mask must broadcast to the logits");
    }

    public static Operand? Mask(IReadOnlyList<Operand> operands) =>
        operands.Count == 1 ? null : operands[1].Broadcast(operands[0].Shape);
}
