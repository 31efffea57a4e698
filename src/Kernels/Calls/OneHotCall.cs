namespace Looped.Kernels.Calls;

/// <summary>
/// <c>output[i.., c] = 1</c> where <c>indices[i..] = c</c>, else 0: a number outside the output gives zeros.
/// </summary>
public sealed class OneHotCall(Operand indices, Operand output) : KernelCall
{
    /// <summary>Class numbers, int32.</summary>
    public Operand Indices { get; } = indices;

    /// <inheritdoc/>
    public override string Name => "OneHot";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [indices];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis == Indices.Shape.Rank
        ? null
        : new OneHotCall(Indices.Slice(axis, start, count), Output.Slice(axis, start, count));
}
