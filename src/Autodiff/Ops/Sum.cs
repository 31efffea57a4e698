using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// The sum over some axes, which vanish. The tangent is summed likewise; the operand receives the cotangent repeated along
/// the axes.
/// </summary>
public sealed record Sum(IndexList Axes) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Reducing.Infer(this, operands, Axes);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Op.Sum(tangent, Axes);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        var shape = result.Operands[0].Shape;
        return Op.BroadcastTo(Reducing.Keep(cotangent, shape, Axes), shape);
    }

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) => Axes.Count == 0 ? operands[0] : null;

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => operands[0].Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new SumCall(operands[0], Axes, result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The sum over the given axes, in ascending order; they vanish.</summary>
    public static Value Sum(Value operand, IndexList axes) => operand.Graph.Apply(new Sum(axes), operand);

    /// <summary>The sum of all elements, a scalar.</summary>
    public static Value Sum(Value operand) => Sum(operand, Reducing.All(operand));
}
