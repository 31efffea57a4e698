namespace Looped.Kernels.Calls;

/// <summary>
/// Rows of a table by their numbers: <c>output[i.., r..] = table[indices[i..], r..]</c>. A number that no row has gives
/// one number everywhere, so that no foreign memory is read.
/// </summary>
public sealed class GatherCall(Operand table, Operand indices, double outside, Operand output) : KernelCall
{
    /// <summary>(V, ..), real numbers.</summary>
    public Operand Table { get; } = table;

    /// <summary>Row numbers, int32.</summary>
    public Operand Indices { get; } = indices;

    /// <summary>The elements of rows that the table does not have.</summary>
    public double Outside { get; } = outside;

    /// <inheritdoc/>
    public override string Name => "Gather";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [table, indices];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override GatherCall Slice(int axis, int start, int count)
    {
        var rank = Indices.Shape.Rank;
        return axis < rank
            ? new GatherCall(Table, Indices.Slice(axis, start, count), Outside, Output.Slice(axis, start, count))
            : new GatherCall(
                Table.Slice(axis - rank + 1, start, count), Indices, Outside, Output.Slice(axis, start, count));
    }
}
