namespace Looped.Kernels.Calls;

/// <summary>Writes one number everywhere.</summary>
public sealed class FillCall(double value, Operand output) : KernelCall
{
    /// <summary>The number.</summary>
    public double Value { get; } = value;

    /// <inheritdoc/>
    public override string Name => "Fill";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs => [];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override FillCall Slice(int axis, int start, int count) =>
        new FillCall(Value, Output.Slice(axis, start, count));
}
