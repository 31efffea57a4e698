using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = max(a, b)</c>, broadcast. The tangent of the larger operand passes, half of each where they are equal; the
/// cotangent is shared likewise and summed over broadcast axes.
/// </summary>
public sealed record Max : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Max, 0, 1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(Share(result, operand)) * tangent;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Broadcasting.SumTo(Share(result, operand) * cotangent, result.Operands[operand].Shape);

    private static Value Share(Value result, int operand) =>
        Choosing.Share(result.Operands[operand], result.Operands[1 - operand]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The larger of two values, broadcast; not a number where one of them is.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the element types differ.</exception>
    public static Value Max(Value left, Value right) => left.Graph.Apply(new Max(), left, right);
}

/// <summary>What the larger and the smaller of two values share.</summary>
internal static class Choosing
{
    /// <summary>1 where the first is larger, 1/2 where both are equal, else 0.</summary>
    public static Value Share(Value first, Value second) =>
        Op.Greater(first, second) + (0.5 * Op.Equal(first, second));
}
