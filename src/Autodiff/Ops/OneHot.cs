using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// <c>y[i.., c] = 1</c> where <c>indices[i..] = c</c>, else 0. Nothing is differentiated in whole numbers.
/// </summary>
public sealed record OneHot(int Count, ElementType Element) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        operands[0].Element == ElementType.Int32 && Element.IsFloat() && Count >= 0
            ? new TensorType(Element, operands[0].Shape.Append(Count))
            : throw new ShapeException(
                this,
                operands,
                $"it turns numbers of type i32 into 0 or more reals, not {Count} of type {Element.ShortName()}");

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) => null;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => null;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new OneHotCall(operands[0], result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>Indicators of classes: (..) becomes (.., count), all zeros where an index is no class.</summary>
    /// <exception cref="ShapeException">The indices are not int32, or the element type is not real.</exception>
    public static Value OneHot(Value indices, int count, ElementType element = ElementType.Float64) =>
        indices.Graph.Apply(new OneHot(count, element), indices);
}
