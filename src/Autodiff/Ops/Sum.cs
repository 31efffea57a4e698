using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// The sum over some axes, which vanish. The tangent is summed likewise; the operand receives the cotangent repeated along
/// the axes.
/// </summary>
public sealed record Sum(IndexList Axes) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var rank = operands[0].Shape.Rank;
        for (var i = 0; i < Axes.Count; i++)
        {
            if (Axes[i] < 0 || Axes[i] >= rank || (i > 0 && Axes[i] <= Axes[i - 1]))
            {
                throw new ShapeException(this, operands, $"axes {Axes} are not ascending axes of rank {rank}");
            }
        }

        return operands[0] with
        {
            Shape = new Shape([.. operands[0].Shape.Where((_, axis) => !Axes.Contains(axis))]),
        };
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Op.Sum(tangent, Axes);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        var shape = result.Operands[0].Shape;
        var kept = new Shape([.. shape.Select((extent, axis) => Axes.Contains(axis) ? 1 : extent)]);
        return Op.BroadcastTo(Op.Reshape(cotangent, kept), shape);
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
    public static Value Sum(Value operand) => Sum(operand, [.. Enumerable.Range(0, operand.Shape.Rank)]);
}
