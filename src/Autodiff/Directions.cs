using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// The axis of directions that tangents carry. It is the <b>innermost</b> axis: each primal number meets a contiguous
/// vector of <see cref="Count"/> tangents, so that even the smallest matrices fill vector registers, and axis numbers of
/// the primal stay valid for its tangents. Without a count, tangents have the shapes of their primals.
/// </summary>
public readonly record struct Directions(int? Count)
{
    /// <summary>One direction, without an axis.</summary>
    public static readonly Directions Single = new(null);

    /// <summary>The shape of tangents of a primal shape.</summary>
    public Shape Shape(Shape primal) => Count is { } count ? primal.Append(count) : primal;

    /// <summary>A primal value in a shape that broadcasts against tangents.</summary>
    public Value Lift(Value primal) => Count is null ? primal : Op.Reshape(primal, primal.Shape.Append(1));

    /// <summary>Labels of a tangent whose primal has <paramref name="labels"/>.</summary>
    public IndexList Label(IndexList labels, int fresh) => Count is null ? labels : labels.Append(fresh);

    /// <summary>The directions of a tangent of a primal value.</summary>
    internal static Directions Of(Value tangent, Value primal) =>
        tangent.Shape.Rank == primal.Shape.Rank ? Single : new Directions(tangent.Shape[primal.Shape.Rank]);

    /// <summary>The type of the second operand, which must be a tangent of values of a type.</summary>
    internal static TensorType Infer(Operation operation, IReadOnlyList<TensorType> operands, TensorType primal)
    {
        var tangent = operands[1];
        return tangent.Element == primal.Element && tangent.Shape.Take(primal.Shape.Rank).SequenceEqual(primal.Shape) &&
            tangent.Shape.Rank <= primal.Shape.Rank + 1
            ? tangent
            : throw new ShapeException(
                operation, operands, "a tangent has its primal's shape, with one more innermost axis for directions");
    }
}
