using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// Zeros before and after along one axis. The tangent is padded likewise; the operand receives its part of the cotangent.
/// </summary>
public sealed record Pad(int Axis, int Before, int After) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var extents = Operands.Real(this, operands).Shape.ToArray();
        if (Axis < 0 || Axis >= extents.Length || Before < 0 || After < 0)
        {
            throw new ShapeException(
                this, operands, $"{Before} and {After} zeros cannot be put around axis {Axis}");
        }

        extents[Axis] += Before + After;
        return operands[0] with { Shape = new Shape(extents) };
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Op.Pad(tangent, Axis, Before, After);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Op.Slice(cotangent, Axis, Before, result.Operands[0].Shape[Axis]);

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) =>
        Before == 0 && After == 0 ? operands[0] : null;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
    [
        new FillCall(0, result),
        new MapCall(
            [operands[0]],
            [new MapStep(MapFunction.Copy, 0)],
            result.Slice(Axis, Before, operands[0].Shape[Axis])),
    ];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>A value with zeros before and after along one axis.</summary>
    public static Value Pad(Value operand, int axis, int before, int after) =>
        operand.Graph.Apply(new Pad(axis, before, after), operand);
}
