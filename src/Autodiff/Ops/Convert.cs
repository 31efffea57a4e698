using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// The same numbers in another element type, rounded or cut to whole numbers. Tangents and cotangents of real numbers
/// are converted likewise; whole numbers have none.
/// </summary>
public sealed record Convert(ElementType Element) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => operands[0] with { Element = Element };

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Element.IsFloat() ? Op.Convert(tangent, Element) : null;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        result.Operands[0].Type.Element is var source && source.IsFloat() && Element.IsFloat()
            ? Op.Convert(cotangent, source)
            : null;

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) =>
        operands[0].Type.Element == Element ? operands[0] : null;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new ConvertCall(operands[0], result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The same numbers in another element type, rounded or cut to whole numbers.</summary>
    public static Value Convert(Value operand, ElementType element) =>
        operand.Graph.Apply(new Convert(element), operand);
}
