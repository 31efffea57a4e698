using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// Values one after the other along one axis. A part's tangent stands at its place between zeros, and it receives its
/// part of the cotangent.
/// </summary>
public sealed record Concatenate(int Axis) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var first = Operands.RealWithAxis(this, operands, Axis);
        var extents = first.Shape.ToArray();
        foreach (var part in operands.Skip(1))
        {
            if (part.Element != first.Element || part.Shape.Rank != extents.Length ||
                part.Shape.Where((extent, axis) => axis != Axis && extent != extents[axis]).Any())
            {
                throw new ShapeException(this, operands, $"the parts may differ along axis {Axis} alone");
            }

            extents[Axis] += part.Shape[Axis];
        }

        return first with { Shape = new Shape(extents) };
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions)
    {
        var (start, count) = Place(result.Operands, operand);
        return Op.Pad(tangent, Axis, start, result.Shape[Axis] - start - count);
    }

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        var (start, count) = Place(result.Operands, operand);
        return Op.Slice(cotangent, Axis, start, count);
    }

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands)
    {
        if (operands.Count == 1)
        {
            return operands[0];
        }

        return operands.Any(IsInner)
            ? Op.Concatenate(Axis, [.. operands.SelectMany(part => IsInner(part) ? part.Operands : [part])])
            : null;

        bool IsInner(Value part) => part.Operation is Concatenate inner && inner.Axis == Axis;
    }

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result)
    {
        var start = 0;
        foreach (var part in operands)
        {
            var count = part.Shape[Axis];
            yield return new MapCall([part], [new MapStep(MapFunction.Copy, 0)], result.Slice(Axis, start, count));
            start += count;
        }
    }

    /// <summary>
    /// The sum of two values that are padded with zeros, the second one's part right behind the first one's, as slices
    /// of one value leave them to its cotangent; null where they are not.
    /// </summary>
    internal static Value? Joined(Value first, Value second)
    {
        if (first.Operation is not Pad before || second.Operation is not Pad behind || before.Axis != behind.Axis ||
            !first.Shape.Equals(second.Shape) || first.Shape[before.Axis] - before.After != behind.Before)
        {
            return null;
        }

        var joined = Op.Concatenate(before.Axis, first.Operands[0], second.Operands[0]);
        return Op.Pad(joined, before.Axis, before.Before, behind.After);
    }

    private (int Start, int Count) Place(IReadOnlyList<Value> parts, int operand) =>
        (parts.Take(operand).Sum(part => part.Shape[Axis]), parts[operand].Shape[Axis]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>Values one after the other along one axis.</summary>
    /// <exception cref="ShapeException">The parts differ along another axis or in type.</exception>
    /// <exception cref="ArgumentException">There are no parts.</exception>
    public static Value Concatenate(int axis, params Value[] parts) => parts.Length > 0
        ? parts[0].Graph.Apply(new Concatenate(axis), [.. parts])
        : throw new ArgumentException("a concatenation needs at least one part");
}
