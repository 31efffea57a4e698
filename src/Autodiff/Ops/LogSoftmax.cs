using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y_i = x_i - ln sum_j e^{x_j}</c> along one axis. With <c>p = e^y</c>: <c>dy = dx - sum_j p_j dx_j</c>, and the
/// operand receives <c>y' - p sum_j y'_j</c>.
/// </summary>
public sealed record LogSoftmax(int Axis) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        Axis >= 0 && Axis < operands[0].Shape.Rank
            ? operands[0]
            : throw new ShapeException(this, operands, $"there is no axis {Axis}");

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        tangent - SoftmaxRules.WeightedSum(Op.Softmax(result.Operands[0], Axis), tangent, Axis, directions);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        cotangent - (Op.Softmax(result.Operands[0], Axis) * SoftmaxRules.Total(cotangent, Axis));

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 5 * result.Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new SoftmaxCall(operands[0], Axis, logarithm: true, result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The logarithm of the softmax along one axis.</summary>
    public static Value LogSoftmax(Value operand, int axis) => operand.Graph.Apply(new LogSoftmax(axis), operand);
}
