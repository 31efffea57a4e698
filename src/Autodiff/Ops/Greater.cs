using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = 1</c> where <c>a &gt; b</c>, else 0, broadcast. The derivatives are zero wherever they exist.
/// </summary>
public sealed record Greater : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Greater, 0, 1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) => null;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => null;
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>1 where the left is larger, else 0, broadcast.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the element types differ.</exception>
    public static Value Greater(Value left, Value right) => left.Graph.Apply(new Greater(), left, right);
}
