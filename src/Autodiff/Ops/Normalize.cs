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
        Change(result, tangent, directions);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        Change(result, cotangent, Directions.Single);

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 6 * result.Shape.Size;

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new NormalizeCall(operands[0], Axis, Epsilon, Centered, scale: false, result)];

    private Value Change(Value result, Value tangent, Directions directions)
    {
        var perElement = 1.0 / result.Shape[Axis];
        var scale = result.Graph.Apply(new NormalizationScale(Axis, Epsilon, Centered), result.Operands[0]);
        var along = Reducing.KeptWeightedSum(result, tangent, [Axis], directions, perElement);
        var change = tangent - (directions.Lift(result) * along);
        if (Centered)
        {
            change -= perElement * Op.Reshape(
                Op.Sum(tangent, [Axis]), directions.Shape(Reducing.Kept(result.Shape, [Axis])));
        }

        return directions.Lift(scale) * change;
    }
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
}
