namespace Looped.Kernels.Calls;

/// <summary>
/// The Jacobian of a softmax y along one axis times tangents t: <c>y_i (t_i - sum_j y_j t_j)</c>. Tangents have the shape
/// of y, or one more innermost axis of directions. The output, of their shape, may be the tangents.
/// </summary>
public sealed class SoftmaxJacobianProductCall(Operand softmax, Operand tangent, int axis, Operand output) : KernelCall
{
    /// <summary>y.</summary>
    public Operand Softmax { get; } = softmax;

    /// <summary>t.</summary>
    public Operand Tangent { get; } = tangent;

    /// <summary>The axis whose elements compete.</summary>
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    public override string Name => "SoftmaxJacobianProduct";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [softmax, tangent];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis == Axis
        ? null
        : new SoftmaxJacobianProductCall(
            axis < Softmax.Shape.Rank ? Softmax.Slice(axis, start, count) : Softmax,
            Tangent.Slice(axis, start, count),
            Axis,
            Output.Slice(axis, start, count));
}
