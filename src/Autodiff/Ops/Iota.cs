using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>The numbers <c>0, 1, .., n - 1</c>: positions. Their derivatives are zero.</summary>
public sealed record Iota(int Count, ElementType Element) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => new(Element, new Shape(Count));

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        throw new InvalidOperationException("positions have no operands");

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        throw new InvalidOperationException("positions have no operands");

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new IotaCall(result)];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The numbers 0 to count - 1.</summary>
    public static Value Iota(Graph graph, int count, ElementType element = ElementType.Float64) =>
        graph.Apply(new Iota(count, element));
}
