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
}
