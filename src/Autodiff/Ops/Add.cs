using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = a + b</c>, broadcast. The tangents of both add up; the cotangent goes to both, summed over broadcast axes.
/// </summary>
public sealed record Add : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Add, 0, 1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions)
    {
        return Op.BroadcastTo(tangent, directions.Shape(result.Shape));
    }

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands) =>
        Concatenate.Joined(operands[0], operands[1]) ?? Concatenate.Joined(operands[1], operands[0]);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        return Broadcasting.SumTo(cotangent, result.Operands[operand].Shape);
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The sum of two values, broadcast.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the element types differ.</exception>
    public static Value Add(Value left, Value right) => left.Graph.Apply(new Add(), left, right);
}
