using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// <c>y_i = e^{x_i} / sum_j e^{x_j}</c> along one axis. <c>dy = y (dx - sum_j y_j dx_j)</c>, and the operand receives
/// <c>y (y' - sum_j y_j y'_j)</c>.
/// </summary>
public sealed record Softmax(int Axis) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        Axis >= 0 && Axis < operands[0].Shape.Rank
            ? operands[0]
            : throw new ShapeException(this, operands, $"there is no axis {Axis}");

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(result) * (tangent - SoftmaxRules.WeightedSum(result, tangent, Axis, directions));

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        result * (cotangent - SoftmaxRules.WeightedSum(result, cotangent, Axis, Directions.Single));

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 5 * result.Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new SoftmaxCall(operands[0], Axis, logarithm: false, result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The softmax along one axis.</summary>
    public static Value Softmax(Value operand, int axis) => operand.Graph.Apply(new Softmax(axis), operand);
}

/// <summary>What the rules of softmax and its logarithm share.</summary>
internal static class SoftmaxRules
{
    /// <summary>The sum of weight times value along an axis that stays, with extent one.</summary>
    public static Value WeightedSum(Value weight, Value value, int axis, Directions directions)
    {
        IndexList labels = [.. Enumerable.Range(0, weight.Shape.Rank)];
        IndexList kept = [.. labels.Where(label => label != axis)];
        var fresh = weight.Shape.Rank;
        var total = value.Graph.Apply(
            new Contract(labels, directions.Label(labels, fresh), directions.Label(kept, fresh), 1), weight, value);
        return Op.Reshape(total, directions.Shape(One(weight.Shape, axis)));
    }

    /// <summary>The sum along an axis that stays, with extent one.</summary>
    public static Value Total(Value value, int axis) => Op.Reshape(Op.Sum(value, [axis]), One(value.Shape, axis));

    private static Shape One(Shape shape, int axis) =>
        new([.. shape.Select((extent, other) => other == axis ? 1 : extent)]);
}
