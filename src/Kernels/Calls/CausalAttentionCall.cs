namespace Looped.Kernels.Calls;

/// <summary>
/// Causal attention of each head: <c>y_i = sum_{j &lt;= i} p_ij v_j</c> with <c>p_i = softmax_{j &lt;= i}(scale
/// q_i'k_j)</c>. All operands are (B,H,T,D); no (T,T) matrix lies in memory.
/// </summary>
public sealed class CausalAttentionCall(
    Operand query, Operand key, Operand value, double scale, Operand output) : KernelCall
{
    /// <summary>q.</summary>
    public Operand Query { get; } = query;

    /// <summary>k.</summary>
    public Operand Key { get; } = key;

    /// <summary>v.</summary>
    public Operand Value { get; } = value;

    /// <summary>Factor of the scores.</summary>
    public double Scale { get; } = scale;

    /// <inheritdoc/>
    public override string Name => "CausalAttention";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [query, key, value];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis > 1
        ? null
        : new CausalAttentionCall(
            Query.Slice(axis, start, count),
            Key.Slice(axis, start, count),
            Value.Slice(axis, start, count),
            Scale,
            Output.Slice(axis, start, count));
}
