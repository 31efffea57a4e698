using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>A scalar known when the program is traced: <c>y = c</c>. Its derivatives are zero.</summary>
public sealed record Constant(double Number, ElementType Element) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => new(Element, Shape.Scalar);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        throw new InvalidOperationException("a constant has no operands");

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        throw new InvalidOperationException("a constant has no operands");

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new FillCall(Number, result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>A tensor of one number everywhere.</summary>
    public static Value Full(Graph graph, TensorType type, double number) =>
        BroadcastTo(graph.Apply(new Constant(number, type.Element)), type.Shape);
}
