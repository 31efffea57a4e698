namespace Looped.Kernels.Calls;

/// <summary>
/// Cross-entropy of rows of logits <c>x</c> against their target classes <c>t</c>, without the rows' softmax in memory:
/// the loss <c>ln sum_c e^{x_c} - x_t</c> of each row, or its gradient <c>softmax(x)_c - [c = t]</c>. A row whose
/// target is ignored gives zeros; one whose target is no class gives not-a-numbers.
/// </summary>
public sealed class RowLossCall(Operand logits, Operand targets, int ignored, bool gradient, Operand output) : KernelCall
{
    /// <summary>(.., C).</summary>
    public Operand Logits { get; } = logits;

    /// <summary>(..), int32.</summary>
    public Operand Targets { get; } = targets;

    /// <summary>The target of rows that do not count.</summary>
    public int Ignored { get; } = ignored;

    /// <summary>Whether the output is the gradient (.., C) instead of the loss (..).</summary>
    public bool Gradient { get; } = gradient;

    /// <inheritdoc/>
    public override string Name => Gradient ? "RowLossGradient" : "RowLoss";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [logits, targets];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis == Targets.Shape.Rank
        ? null
        : new RowLossCall(
            Logits.Slice(axis, start, count),
            Targets.Slice(axis, start, count),
            Ignored,
            Gradient,
            Output.Slice(axis, start, count));
}
