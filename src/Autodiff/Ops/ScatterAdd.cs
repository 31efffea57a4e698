using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// Sums of rows by number, <c>y[v, r..] = sum_{i: indices[i..] = v} rows[i.., r..]</c>, the transpose of
/// <see cref="Gather"/>: the tangent is added up likewise, and each row receives the cotangent of its number, zero
/// where it was dropped.
/// </summary>
public sealed record ScatterAdd(int Count) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var (rows, indices) = (Operands.Real(this, operands), operands[1]);
        var rank = indices.Shape.Rank;
        if (indices.Element != ElementType.Int32 || Count < 0 || !rows.Shape.Take(rank).SequenceEqual(indices.Shape))
        {
            throw new ShapeException(
                this, operands, $"it takes a row for each number of type i32, and makes 0 or more rows, not {Count}");
        }

        return rows with { Shape = new Shape([Count, .. rows.Shape.Skip(rank)]) };
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Op.ScatterAdd(tangent, result.Operands[1], Count);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        result.Graph.Apply(new Gather(0), cotangent, result.Operands[1]);

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => operands[0].Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new ScatterAddCall(operands[0], operands[1], result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// Sums of rows by number, added in the order of the indices. Rows with a number outside 0 to count - 1 are
    /// dropped.
    /// </summary>
    /// <param name="rows">The indices' shape, followed by that of a row.</param>
    /// <param name="indices">(..), int32.</param>
    /// <param name="count">Number of sums.</param>
    /// <returns>(count, ..).</returns>
    /// <exception cref="ShapeException">There is not one row an index, or the indices are not int32.</exception>
    public static Value ScatterAdd(Value rows, Value indices, int count) =>
        rows.Graph.Apply(new ScatterAdd(count), rows, indices);
}
