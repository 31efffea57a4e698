namespace Looped.Kernels.Calls;

/// <summary>
/// A contraction of two tensors in Einstein's notation: axes carry labels, and
/// <c>output[o] (+)= alpha sum_{labels not in o} left[l] right[r]</c>. Every bilinear operation of tensors (matrix
/// products in all transpose forms, batched, outer and inner products) is one of these.
/// A label that stands in one input only also stands in the output.
/// </summary>
public sealed class ContractCall(
    Operand left,
    IReadOnlyList<int> leftLabels,
    Operand right,
    IReadOnlyList<int> rightLabels,
    Operand output,
    IReadOnlyList<int> outputLabels,
    double alpha,
    bool accumulate) : KernelCall
{
    /// <summary>First factor.</summary>
    public Operand Left { get; } = left;

    /// <summary>Labels of the first factor's axes.</summary>
    public IReadOnlyList<int> LeftLabels { get; } = leftLabels;

    /// <summary>Second factor.</summary>
    public Operand Right { get; } = right;

    /// <summary>Labels of the second factor's axes.</summary>
    public IReadOnlyList<int> RightLabels { get; } = rightLabels;

    /// <summary>Labels of the output's axes.</summary>
    public IReadOnlyList<int> OutputLabels { get; } = outputLabels;

    /// <summary>Factor of the products.</summary>
    public double Alpha { get; } = alpha;

    /// <summary>Whether the result is added to what the output holds.</summary>
    public bool Accumulate { get; } = accumulate;

    /// <inheritdoc/>
    public override string Name => "Contract";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [left, right];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override ContractCall Slice(int axis, int start, int count)
    {
        var label = OutputLabels[axis];
        return new ContractCall(
            Factor(Left, LeftLabels),
            LeftLabels,
            Factor(Right, RightLabels),
            RightLabels,
            Output.Slice(axis, start, count),
            OutputLabels,
            Alpha,
            Accumulate);

        Operand Factor(Operand factor, IReadOnlyList<int> labels)
        {
            var slice = factor;
            for (var i = 0; i < labels.Count; i++)
            {
                slice = labels[i] == label ? slice.Slice(i, start, count) : slice;
            }

            return slice;
        }
    }
}
