using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>The identity matrix of an order, a constant: its derivatives are zero.</summary>
public sealed record Identity(int Size, ElementType Element) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => new(Element, new Shape(Size, Size));

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) => null;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => null;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
    [
        new FillCall(0, result),
        new FillCall(1, new Operand(result.Offset, result.Type, new Shape(Size), [Size + 1])),
    ];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The identity matrix, (n,n).</summary>
    public static Value Identity(Graph graph, ElementType element, int size) =>
        graph.Apply(new Identity(size, element));
}
