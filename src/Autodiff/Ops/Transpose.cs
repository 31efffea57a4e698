using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// Axes in another order: axis <c>i</c> of the result is axis <c>Order[i]</c> of the operand. The tangent is permuted
/// likewise, the cotangent by the inverse.
/// </summary>
public sealed record Transpose(IndexList Order) : ViewOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var shape = operands[0].Shape;
        if (!Order.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
        {
            throw new ShapeException(this, operands, $"{Order} is not an order of {shape.Rank} axes");
        }

        return operands[0] with { Shape = new Shape([.. Order.Select(axis => shape[axis])]) };
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Op.Transpose(tangent, directions.Label(Order, fresh: Order.Count));

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent)
    {
        var inverse = new int[Order.Count];
        for (var axis = 0; axis < inverse.Length; axis++)
        {
            inverse[Order[axis]] = axis;
        }

        return Op.Transpose(cotangent, [.. inverse]);
    }

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands)
    {
        if (Order.SequenceEqual(Enumerable.Range(0, Order.Count)))
        {
            return operands[0];
        }

        return operands[0].Operation is Transpose inner
            ? Op.Transpose(operands[0].Operands[0], [.. Order.Select(axis => inner.Order[axis])])
            : null;
    }

    /// <inheritdoc/>
    public override Operand? View(Operand operand, TensorType result) => operand.Transpose([.. Order]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>Axes in another order: axis <c>i</c> of the result is axis <c>order[i]</c> of the operand.</summary>
    /// <exception cref="ShapeException">The order is not a permutation of the axes.</exception>
    public static Value Transpose(Value operand, IndexList order) =>
        operand.Graph.Apply(new Transpose(order), operand);
}
