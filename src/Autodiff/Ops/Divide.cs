using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = a / b</c>, broadcast. <c>dy = (da - y db) / b</c>; a receives <c>y' / b</c>, b receives <c>-y y' / b</c>, each summed over
/// its broadcast axes.
/// </summary>
public sealed record Divide : ElementwiseOperation
{
    /// <inheritdoc/>
    public override MapStep Step => new(MapFunction.Divide, 0, 1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions)
    {
        var divisor = directions.Lift(result.Operands[1]);
        return operand == 0
            ? tangent / divisor
            : -(directions.Lift(result) * (tangent / divisor));
    }

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        var share = cotangent / result.Operands[1];
        return Broadcasting.SumTo(operand == 0 ? share : -(result * share), result.Operands[operand].Shape);
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The quotient of two values, broadcast.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the element types differ.</exception>
    public static Value Divide(Value left, Value right) => left.Graph.Apply(new Divide(), left, right);
}
