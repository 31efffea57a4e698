using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// <c>y = r (x - m)</c> along one axis of n elements with <c>r = 1 / sqrt(sum (x - m)^2 / n + epsilon)</c>, m being the
/// mean or, not centered, zero. <c>dy = r (dx - mean dx - y mean(y dx))</c>, without <c>mean dx</c> where it is not
/// centered. The map is symmetric: the operand receives the same of the cotangent.
/// </summary>
public sealed record Normalize(int Axis, double Epsilon, bool Centered) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        Operands.RealWithAxis(this, operands, Axis);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        Times(result, tangent);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => Times(result, cotangent);

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 6 * result.Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new NormalizeCall(operands[0], Axis, Epsilon, Centered, scale: false, result)];

    private Value Times(Value result, Value tangent) =>
        Op.NormalizeJacobianProduct(result.Operands[0], tangent, Axis, Epsilon, Centered);
}

/// <summary>
/// The Jacobian of <see cref="Normalize"/> at the first operand times a tangent t or, as it is symmetric, a cotangent:
/// <c>r (t - mean t - y mean(y t))</c>, without <c>mean t</c> where it is not centered. Tangents may have an axis of
/// directions, the innermost.
/// </summary>
public sealed record NormalizeJacobianProduct(int Axis, double Epsilon, bool Centered) : FusedOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) =>
        Directions.Infer(this, operands, Operands.RealWithAxis(this, operands, Axis));

    /// <inheritdoc/>
    public override Value Expand(IReadOnlyList<Value> operands)
    {
        var (operand, tangent) = (operands[0], operands[1]);
        var (shape, directions) = (operand.Shape, Directions.Of(tangent, operand));
        var perElement = 1.0 / shape[Axis];
        var normalized = Op.Normalize(operand, Axis, Epsilon, Centered);
        var scale = operand.Graph.Apply(new NormalizationScale(Axis, Epsilon, Centered), operand);
        var along = Reducing.KeptWeightedSum(normalized, tangent, [Axis], directions, perElement);
        var change = tangent - (directions.Lift(normalized) * along);
        if (Centered)
        {
            change -= perElement * Op.Reshape(
                Op.Sum(tangent, [Axis]), directions.Shape(Reducing.Kept(shape, [Axis])));
        }

        return directions.Lift(scale) * change;
    }

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) =>
        (6 * operands[0].Shape.Size) + (7 * result.Shape.Size);

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new NormalizeJacobianProductCall(operands[0], operands[1], Axis, Epsilon, Centered, result)];
}

/// <summary>
/// The scale <c>r</c> of <see cref="Normalize"/>, with extent one along the axis: <c>dr = -r^2 mean(y dx)</c>, and the
/// operand receives <c>-r^2 y r' / n</c>.
/// </summary>
public sealed record NormalizationScale(int Axis, double Epsilon, bool Centered) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var type = Operands.RealWithAxis(this, operands, Axis);
        return type with { Shape = Reducing.Kept(type.Shape, [Axis]) };
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        directions.Lift(result * result) * Reducing.KeptWeightedSum(
            Normalized(result), tangent, [Axis], directions, -1.0 / result.Operands[0].Shape[Axis]);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Normalized(result) * ((-1.0 / result.Operands[0].Shape[Axis]) * (result * result * cotangent));

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 4 * operands[0].Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new NormalizeCall(operands[0], Axis, Epsilon, Centered, scale: true, result)];

    private Value Normalized(Value result) =>
        result.Graph.Apply(new Normalize(Axis, Epsilon, Centered), result.Operands[0]);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// Layer norm over the last axis: <c>gain (x - mean) / sqrt(variance + epsilon) + bias</c>, the variance being that
    /// of the n elements divided by n.
    /// </summary>
    /// <param name="operand">(..,C).</param>
    /// <param name="gain">(C).</param>
    /// <param name="bias">(C).</param>
    /// <param name="epsilon">What keeps the scale finite; 1e-5 in GPT-2.</param>
    /// <exception cref="ShapeException">The operand has no axis, or gain and bias do not fit.</exception>
    public static Value LayerNorm(Value operand, Value gain, Value bias, double epsilon) =>
        (Normalize(operand, operand.Shape.Rank - 1, epsilon, centered: true) * gain) + bias;

    /// <summary>RMS norm over the last axis: <c>gain x / sqrt(mean x^2 + epsilon)</c>.</summary>
    /// <param name="operand">(..,C).</param>
    /// <param name="gain">(C).</param>
    /// <param name="epsilon">What keeps the scale finite.</param>
    /// <exception cref="ShapeException">The operand has no axis, or the gain does not fit.</exception>
    public static Value RmsNorm(Value operand, Value gain, double epsilon) =>
        Normalize(operand, operand.Shape.Rank - 1, epsilon, centered: false) * gain;

    /// <summary>Layer or RMS normalisation along one axis, without gain and bias.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public static Value Normalize(Value operand, int axis, double epsilon, bool centered) =>
        operand.Graph.Apply(new Normalize(axis, epsilon, centered), operand);

    /// <summary>The Jacobian of a normalisation along one axis times a tangent or cotangent.</summary>
    /// <param name="operand">What is normalised.</param>
    /// <param name="tangent">Of its shape, or with one more innermost axis of directions.</param>
    /// <param name="axis">The axis whose elements share mean and scale.</param>
    /// <param name="epsilon">What keeps the scale finite.</param>
    /// <param name="centered">Whether the mean is subtracted.</param>
    /// <exception cref="ShapeException">There is no such axis, or the tangent does not fit.</exception>
    public static Value NormalizeJacobianProduct(
        Value operand, Value tangent, int axis, double epsilon, bool centered) =>
        operand.Graph.Apply(new NormalizeJacobianProduct(axis, epsilon, centered), operand, tangent);
}
