namespace Looped.Kernels.Calls;

/// <summary>
/// The sum over some axes: the output has the remaining axes, in order. An empty sum is zero.
/// </summary>
public sealed class SumCall(Operand input, IReadOnlyList<int> axes, Operand output) : KernelCall
{
    /// <summary>What is summed.</summary>
    public Operand Input { get; } = input;

    /// <summary>Axes that are summed away, ascending.</summary>
    public IReadOnlyList<int> Axes { get; } = axes;

    /// <inheritdoc/>
    public override string Name => "Sum";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [input];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override SumCall Slice(int axis, int start, int count) =>
        new SumCall(Input.Slice(Kept(axis), start, count), Axes, Output.Slice(axis, start, count));

    /// <summary>The axis of the input that is an axis of the output.</summary>
    private int Kept(int axis) => Enumerable.Range(0, Input.Shape.Rank).Except(Axes).ElementAt(axis);
}
