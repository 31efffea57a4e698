namespace Looped.Kernels.Calls;

/// <summary>
/// The Jacobian of <see cref="NormalizeCall"/> at x times tangents t: with its scale r and result y, <c>r (t - mean t - y
/// mean(y t))</c> along one axis, without <c>mean t</c> where it is not centered. Tangents have the shape of x, or one
/// more innermost axis of directions. The output, of their shape, may be the tangents.
/// </summary>
public sealed class NormalizeJacobianProductCall(
    Operand input, Operand tangent, int axis, double epsilon, bool centered, Operand output) : KernelCall
{
    /// <summary>x.</summary>
    public Operand Input { get; } = input;

    /// <summary>t.</summary>
    public Operand Tangent { get; } = tangent;

    /// <summary>The axis whose elements share mean and scale.</summary>
    public int Axis { get; } = axis;

    /// <summary>What keeps the scale finite.</summary>
    public double Epsilon { get; } = epsilon;

    /// <summary>Whether the mean is subtracted (layer norm) or not (RMS norm).</summary>
    public bool Centered { get; } = centered;

    /// <inheritdoc/>
    public override string Name => "NormalizeJacobianProduct";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [input, tangent];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis == Axis
        ? null
        : new NormalizeJacobianProductCall(
            axis < Input.Shape.Rank ? Input.Slice(axis, start, count) : Input,
            Tangent.Slice(axis, start, count),
            Axis,
            Epsilon,
            Centered,
            Output.Slice(axis, start, count));
}
