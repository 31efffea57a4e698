namespace Looped.Kernels.Calls;

/// <summary>
/// Softmax along one axis, <c>e^{x_i - m} / sum_j e^{x_j - m}</c> with <c>m</c> the largest, or its logarithm <c>x_i -
/// m - ln sum_j e^{x_j - m}</c>. Elements where a mask is zero take no part: their softmax is 0 and its logarithm minus
/// infinity, also where that leaves none. The output may be the input.
/// </summary>
public sealed class SoftmaxCall(Operand input, int axis, bool logarithm, Operand output, Operand? mask = null)
    : KernelCall
{
    /// <summary>Logits.</summary>
    public Operand Input { get; } = input;

    /// <summary>The axis whose elements compete.</summary>
    public int Axis { get; } = axis;

    /// <summary>Whether the logarithm is wanted.</summary>
    public bool Logarithm { get; } = logarithm;

    /// <summary>
    /// Of the logits' shape and element type: zero where an element takes no part. Null where all do.
    /// </summary>
    public Operand? Mask { get; } = mask;

    /// <inheritdoc/>
    public override string Name => (Mask is null ? string.Empty : "Masked") + (Logarithm ? "LogSoftmax" : "Softmax");

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = mask is null ? [input] : [input, mask];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis == Axis
        ? null
        : new SoftmaxCall(
            Input.Slice(axis, start, count),
            Axis,
            Logarithm,
            Output.Slice(axis, start, count),
            Mask?.Slice(axis, start, count));
}
