namespace Looped.Kernels.Calls;

/// <summary>
/// Softmax along one axis, <c>e^{x_i - m} / sum_j e^{x_j - m}</c> with <c>m</c> the largest, or its logarithm
/// <c>x_i - m - ln sum_j e^{x_j - m}</c>. The output may be the input.
/// </summary>
public sealed class SoftmaxCall(Operand input, int axis, bool logarithm, Operand output) : KernelCall
{
    /// <summary>Logits.</summary>
    public Operand Input { get; } = input;

    /// <summary>The axis whose elements compete.</summary>
    public int Axis { get; } = axis;

    /// <summary>Whether the logarithm is wanted.</summary>
    public bool Logarithm { get; } = logarithm;

    /// <inheritdoc/>
    public override string Name => Logarithm ? "LogSoftmax" : "Softmax";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [input];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;
}
