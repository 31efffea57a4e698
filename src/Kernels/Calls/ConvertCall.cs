namespace Looped.Kernels.Calls;

/// <summary>The input's elements in the output's element type: rounded, or cut to whole numbers.</summary>
public sealed class ConvertCall(Operand input, Operand output) : KernelCall
{
    /// <summary>What is converted.</summary>
    public Operand Input { get; } = input;

    /// <inheritdoc/>
    public override string Name => "Convert";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [input];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override ConvertCall Slice(int axis, int start, int count) =>
        new ConvertCall(Input.Slice(axis, start, count), Output.Slice(axis, start, count));
}
