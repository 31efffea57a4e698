namespace Looped.Kernels.Calls;

/// <summary>
/// Sums of rows by number: <c>output[v, r..] = sum_{i: indices[i..] = v} rows[i.., r..]</c>, added in the order of the
/// indices, so that bits do not depend on anything else. Rows whose number the output does not have are dropped.
/// </summary>
public sealed class ScatterAddCall(Operand rows, Operand indices, Operand output) : KernelCall
{
    /// <summary>The indices' shape, followed by that of a row.</summary>
    public Operand Rows { get; } = rows;

    /// <summary>Row numbers, int32.</summary>
    public Operand Indices { get; } = indices;

    /// <inheritdoc/>
    public override string Name => "ScatterAdd";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [rows, indices];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis == 0
        ? null
        : new ScatterAddCall(
            Rows.Slice(Indices.Shape.Rank + axis - 1, start, count), Indices, Output.Slice(axis, start, count));
}
