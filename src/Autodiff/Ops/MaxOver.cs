using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// The largest element over some axes, which vanish. The tangent is the mean of those of the largest elements, which
/// receive the cotangent in equal shares.
/// </summary>
public sealed record MaxOver(IndexList Axes) : KernelOperation
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
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => operands[0].Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new ReduceCall(operands[0], Axes, Reduction.Max, result)];

    private Value Shares(Value result)
    {
        var operand = result.Operands[0];
        var isLargest = Op.Equal(operand, Reducing.Keep(result, operand.Shape, Axes));
        return isLargest / Reducing.Keep(Op.Sum(isLargest, Axes), operand.Shape, Axes);
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// The largest element over the given axes, in ascending order; they vanish. Of none it is minus infinity.
    /// </summary>
    /// <exception cref="ShapeException">The axes are not ascending axes of the operand.</exception>
    public static Value Max(Value operand, IndexList axes) => operand.Graph.Apply(new MaxOver(axes), operand);

    /// <summary>The largest of all elements, a scalar.</summary>
    public static Value Max(Value operand) => Max(operand, Reducing.All(operand));
}
