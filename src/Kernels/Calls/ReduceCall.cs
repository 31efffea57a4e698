namespace Looped.Kernels.Calls;

/// <summary>What a reduction makes of the elements that it meets; sums have a call of their own.</summary>
public enum Reduction
{
    /// <summary>The largest; minus infinity of none, not a number where one is not.</summary>
    Max,

    /// <summary><c>ln sum_i e^{x_i}</c> without overflow; minus infinity of none.</summary>
    LogSumExp,
}

/// <summary>A reduction over some axes: the output has the remaining axes, in order.</summary>
public sealed class ReduceCall(Operand input, IReadOnlyList<int> axes, Reduction reduction, Operand output) : KernelCall
{
    /// <summary>What is reduced.</summary>
    public Operand Input { get; } = input;

    /// <summary>Axes that vanish, ascending.</summary>
    public IReadOnlyList<int> Axes { get; } = axes;

    /// <summary>How.</summary>
    public Reduction Reduction { get; } = reduction;

    /// <inheritdoc/>
    public override string Name => Reduction.ToString();

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [input];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override ReduceCall Slice(int axis, int start, int count) =>
        new ReduceCall(Input.Slice(Kept(axis), start, count), Axes, Reduction, Output.Slice(axis, start, count));

    /// <summary>The axis of the input that is an axis of the output.</summary>
    private int Kept(int axis) => Enumerable.Range(0, Input.Shape.Rank).Except(Axes).ElementAt(axis);
}
