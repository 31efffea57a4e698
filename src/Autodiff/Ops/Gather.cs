using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// Rows of a table by number, <c>y[i.., r..] = table[indices[i..], r..]</c>: an embedding. A number that no row has
/// gives a row of one constant. The tangent is gathered likewise, with zeros for such rows; the table receives the
/// cotangent's rows, added up by number (<see cref="ScatterAdd"/>).
/// </summary>
public sealed record Gather(double Outside) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var (table, indices) = (Operands.Real(this, operands), operands[1]);
        if (indices.Element != ElementType.Int32 || table.Shape.Rank == 0)
        {
            throw new ShapeException(
                this, operands, "it takes a table with an axis of rows, and row numbers of type i32");
        }

        return table with { Shape = new Shape([.. indices.Shape, .. table.Shape.Skip(1)]) };
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        result.Graph.Apply(new Gather(0), tangent, result.Operands[1]);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Op.ScatterAdd(cotangent, result.Operands[1], result.Operands[0].Shape[0]);

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new GatherCall(operands[0], operands[1], Outside, result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// Rows of a table by number, such as the embedding of tokens. A number that no row has gives a row of
    /// not-a-numbers, so that it is seen.
    /// </summary>
    /// <param name="table">(V, ..).</param>
    /// <param name="indices">(..), int32, 0 to V - 1.</param>
    /// <returns>The indices' shape, followed by that of a row.</returns>
    /// <exception cref="ShapeException">The table has no rows to choose from, or the indices are not int32.</exception>
    public static Value Gather(Value table, Value indices) => table.Graph.Apply(new Gather(double.NaN), table, indices);
}
