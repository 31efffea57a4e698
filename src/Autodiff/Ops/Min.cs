using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = min(a, b)</c>, broadcast. The tangent of the smaller operand passes, half of each where they are equal; the
/// cotangent is shared likewise and summed over broadcast axes.
/// </summary>
public sealed record Min : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Min, 0, 1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(Share(result, operand)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Broadcasting.SumTo(Share(result, operand) * cotangent, result.Operands[operand].Shape);

    private static Value Share(Value result, int operand) =>
        Choosing.Share(result.Operands[1 - operand], result.Operands[operand]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The smaller of two values, broadcast; not a number where one of them is.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the element types differ.</exception>
    public static Value Min(Value left, Value right) => left.Graph.Apply(new Min(), left, right);
}
