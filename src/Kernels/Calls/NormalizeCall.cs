namespace Looped.Kernels.Calls;

/// <summary>
/// Normalisation along one axis of n elements: <c>y = r (x - m)</c> with <c>r = 1 / sqrt(sum (x - m)^2 / n +
/// epsilon)</c>, m being the mean or, not centered, zero. The output is y, or r with extent one along the axis.
/// </summary>
public sealed class NormalizeCall(
    Operand input, int axis, double epsilon, bool centered, bool scale, Operand output) : KernelCall
{
    /// <summary>What is normalised.</summary>
    public Operand Input { get; } = input;

    /// <summary>The axis whose elements share mean and scale.</summary>
    public int Axis { get; } = axis;

    /// <summary>What keeps the scale finite.</summary>
    public double Epsilon { get; } = epsilon;

    /// <summary>Whether the mean is subtracted (layer norm) or not (RMS norm).</summary>
    public bool Centered { get; } = centered;

    /// <summary>Whether the output is the scale r.</summary>
    public bool Scale { get; } = scale;

    /// <inheritdoc/>
    public override string Name => Scale ? "NormalizationScale" : "Normalize";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [input];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis == Axis
        ? null
        : new NormalizeCall(
            Input.Slice(axis, start, count), Axis, Epsilon, Centered, Scale, Output.Slice(axis, start, count));
}
