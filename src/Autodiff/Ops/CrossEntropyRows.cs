using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// The cross-entropy <c>y = ln sum_c e^{x_c} - x_t</c> of each row of logits against its target class t; zero where the
/// target is ignored. Tangent and cotangent meet its gradient, <see cref="SoftmaxMinusTarget"/>: <c>dy = sum_c g_c
/// dx_c</c>, and the logits receive <c>g y'</c>.
/// </summary>
public sealed record CrossEntropyRows(int Ignored) : KernelOperation
{
    /// <inheritdoc/>
    public override string Name => nameof(Op.CrossEntropy);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        TargetRows.Infer(this, operands) is var logits ? logits with { Shape = logits.Shape.DropLast() } : default;

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Reducing.WeightedSum(Gradient(result), tangent, [result.Shape.Rank], directions);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Gradient(result) * Op.Reshape(cotangent, cotangent.Shape.Append(1));

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 4 * operands[0].Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new RowLossCall(operands[0], operands[1], Ignored, gradient: false, result)];

    private Value Gradient(Value result) =>
        result.Graph.Apply(new SoftmaxMinusTarget(Ignored), [.. result.Operands]);
}

/// <summary>
/// The gradient <c>g = softmax(x) - e_t</c> of each row's cross-entropy, <c>e_t</c> being the indicator of its target;
/// zero where the target is ignored. With <c>p = g + e_t</c>: <c>dg = p (dx - sum_c p_c dx_c)</c>, and the logits
/// receive <c>p (g' - sum_c p_c g'_c)</c>; in ignored rows p is an indicator, so that both are zero.
/// </summary>
public sealed record SoftmaxMinusTarget(int Ignored) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => TargetRows.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Change(result, tangent, directions);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Change(result, cotangent, Directions.Single);

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 5 * result.Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new RowLossCall(operands[0], operands[1], Ignored, gradient: true, result)];

    private Value Change(Value result, Value tangent, Directions directions)
    {
        var classAxis = result.Shape.Rank - 1;
        var p = result + Op.OneHot(result.Operands[1], result.Shape[classAxis], result.Type.Element);
        return directions.Lift(p) * (tangent - Reducing.KeptWeightedSum(p, tangent, [classAxis], directions));
    }
}

/// <summary>What operations on rows with a target share.</summary>
internal static class TargetRows
{
    /// <summary>The type of the logits, whose rows must have one int32 target each.</summary>
    public static TensorType Infer(Operation operation, IReadOnlyList<TensorType> operands)
    {
        var (logits, targets) = (Operands.Real(operation, operands), operands[1]);
        return targets.Element == ElementType.Int32 && logits.Shape.Rank == targets.Shape.Rank + 1 &&
            logits.Shape.DropLast().Equals(targets.Shape)
            ? logits
            : throw new ShapeException(operation, operands, "logits (..,C) need targets (..) of type i32");
    }
}
