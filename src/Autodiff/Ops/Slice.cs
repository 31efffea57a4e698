using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// Elements <c>Start .. Start + Count - 1</c> of one axis. The tangent is sliced likewise; the operand receives the
/// cotangent between zeros.
/// </summary>
public sealed record Slice(int Axis, int Start, int Count) : ViewOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var shape = operands[0].Shape;
        if (Axis < 0 || Axis >= shape.Rank || Start < 0 || Count < 0 || Start + Count > shape[Axis])
        {
            throw new ShapeException(
                this, operands, $"elements {Start} to {Start + Count} of axis {Axis} do not all exist");
        }

        var extents = shape.ToArray();
        extents[Axis] = Count;
        return operands[0] with { Shape = new Shape(extents) };
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Op.Slice(tangent, Axis, Start, Count);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Op.Pad(cotangent, Axis, Start, result.Operands[0].Shape[Axis] - Start - Count);

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands)
    {
        if (Count == operands[0].Shape[Axis])
        {
            return operands[0];
        }

        return operands[0].Operation is Concatenate joined && joined.Axis == Axis ? OfPart(operands[0].Operands) : null;
    }

    /// <summary>The same elements of the part that holds them all; null where they are of several.</summary>
    private Value? OfPart(IReadOnlyList<Value> parts)
    {
        var start = Start;
        foreach (var part in parts)
        {
            if (start + Count <= part.Shape[Axis])
            {
                return Op.Slice(part, Axis, start, Count);
            }

            start -= part.Shape[Axis];
            if (start < 0)
            {
                break;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override Operand? View(Operand operand, TensorType result) => operand.Slice(Axis, Start, Count);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>Elements <c>start .. start + count - 1</c> of one axis.</summary>
    /// <exception cref="ShapeException">Some of them do not exist.</exception>
    public static Value Slice(Value operand, int axis, int start, int count) =>
        operand.Graph.Apply(new Slice(axis, start, count), operand);

    /// <summary>One element of an axis, which vanishes.</summary>
    public static Value Index(Value operand, int axis, int index) =>
        Reshape(
            Slice(operand, axis, index, 1),
            new Shape([.. operand.Shape.Where((_, other) => other != axis)]));
}
