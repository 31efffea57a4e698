namespace Looped.Autodiff;

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// The mean <c>(sum x) / n</c> over the given axes, in ascending order; they vanish. Of no elements it is not a
    /// number. It is a sum with a factor, and so are its derivatives.
    /// </summary>
    /// <exception cref="ShapeException">The axes are not ascending axes of the operand.</exception>
    public static Value Mean(Value operand, IndexList axes)
    {
        var sum = Sum(operand, axes);
        return (1.0 / axes.Aggregate(1L, (count, axis) => count * operand.Shape[axis])) * sum;
    }

    /// <summary>The mean of all elements, a scalar.</summary>
    public static Value Mean(Value operand) => Mean(operand, Reducing.All(operand));
}
