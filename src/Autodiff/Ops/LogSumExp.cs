using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = ln sum e^x</c> over some axes, which vanish. With <c>p = e^{x-y}</c>: <c>dy = sum p dx</c>, and the operand
/// receives <c>p y'</c>.
/// </summary>
public sealed record LogSumExp(IndexList Axes) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Reducing.Infer(this, operands, Axes);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Reducing.WeightedSum(Shares(result), tangent, Axes, directions);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Shares(result) * Reducing.Keep(cotangent, result.Operands[0].Shape, Axes);

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) => Axes.Count == 0 ? operands[0] : null;

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 4 * operands[0].Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new ReduceCall(operands[0], Axes, Reduction.LogSumExp, result)];

    private Value Shares(Value result)
    {
        var operand = result.Operands[0];
        return Op.Exp(operand - Reducing.Keep(result, operand.Shape, Axes));
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// The logarithm of the sum of exponentials over the given axes, in ascending order, without overflow; they vanish.
    /// Of none it is minus infinity.
    /// </summary>
    /// <exception cref="ShapeException">The axes are not ascending axes of the operand.</exception>
    public static Value LogSumExp(Value operand, IndexList axes) => operand.Graph.Apply(new LogSumExp(axes), operand);
}
