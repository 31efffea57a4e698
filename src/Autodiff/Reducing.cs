using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>What operations share in which axes vanish.</summary>
internal static class Reducing
{
    /// <summary>The operand's type without some axes, which must be ascending.</summary>
    public static TensorType Infer(Operation operation, IReadOnlyList<TensorType> operands, IndexList axes)
    {
        var type = Operands.Real(operation, operands);
        for (var i = 0; i < axes.Count; i++)
        {
            if (axes[i] < 0 || axes[i] >= type.Shape.Rank || (i > 0 && axes[i] <= axes[i - 1]))
            {
                throw new ShapeException(
                    operation, operands, $"axes {axes} are not ascending axes of rank {type.Shape.Rank}");
            }
        }

        return type with { Shape = new Shape([.. type.Shape.Where((_, axis) => !axes.Contains(axis))]) };
    }

    /// <summary>All axes of a value.</summary>
    public static IndexList All(Value value) => [.. Enumerable.Range(0, value.Shape.Rank)];

    /// <summary>A shape whose reduced axes stay, with extent one.</summary>
    public static Shape Kept(Shape shape, IndexList axes) =>
        new([.. shape.Select((extent, axis) => axes.Contains(axis) ? 1 : extent)]);

    /// <summary>A reduced value that broadcasts against the operand of shape <paramref name="shape"/> again.</summary>
    public static Value Keep(Value reduced, Shape shape, IndexList axes) => Op.Reshape(reduced, Kept(shape, axes));

    /// <summary>The sum of weight times tangent over axes of the weight.</summary>
    public static Value WeightedSum(
        Value weight, Value tangent, IndexList axes, Directions directions, double alpha = 1)
    {
        IndexList labels = All(weight);
        IndexList kept = [.. labels.Where(label => !axes.Contains(label))];
        var fresh = labels.Count;
        var product = new Contract(labels, directions.Label(labels, fresh), directions.Label(kept, fresh), alpha);
        return tangent.Graph.Apply(product, weight, tangent);
    }

    /// <summary>As <see cref="WeightedSum"/>, with the axes kept at extent one.</summary>
    public static Value KeptWeightedSum(
        Value weight, Value tangent, IndexList axes, Directions directions, double alpha = 1) =>
        Op.Reshape(
            WeightedSum(weight, tangent, axes, directions, alpha), directions.Shape(Kept(weight.Shape, axes)));
}
