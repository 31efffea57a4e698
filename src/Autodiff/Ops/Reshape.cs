using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>The same elements in row-major order under another shape; tangent and cotangent are reshaped likewise.</summary>
public sealed record Reshape(Shape Shape) : ViewOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        operands[0].Shape.Size == Shape.Size
            ? operands[0] with { Shape = Shape }
            : throw new ShapeException(this, operands, $"{Shape} has {Shape.Size} elements");

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Op.Reshape(tangent, directions.Shape(Shape));

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Op.Reshape(cotangent, result.Operands[0].Shape);

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands)
    {
        if (operands[0].Shape.Equals(Shape))
        {
            return operands[0];
        }

        return operands[0].Operation is Reshape ? Op.Reshape(operands[0].Operands[0], Shape) : null;
    }

    /// <inheritdoc/>
    public override Operand? View(Operand operand, TensorType result) => operand.Reshape(Shape);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The same elements under another shape.</summary>
    /// <exception cref="ShapeException">The shapes differ in size.</exception>
    public static Value Reshape(Value operand, Shape shape) => operand.Graph.Apply(new Reshape(shape), operand);
}
