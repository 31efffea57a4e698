namespace Looped.Kernels.Calls;

/// <summary>
/// What queries, keys and values of <see cref="CausalAttentionCall"/> receive of the cotangent g of its output: with its
/// weights p and <c>e_ij = p_ij (g_i'v_j - sum_l p_il g_i'v_l)</c>, <c>scale sum_j e_ij k_j</c>, <c>scale sum_i e_ij
/// q_i</c> and <c>sum_i p_ij g_i</c>. Operands are (B,H,T,D), the output (3,B,H,T,D).
/// </summary>
public sealed class CausalAttentionPullbackCall(
    Operand query, Operand key, Operand value, Operand cotangent, double scale, Operand output) : KernelCall
{
    /// <summary>q.</summary>
    public Operand Query { get; } = query;

    /// <summary>k.</summary>
    public Operand Key { get; } = key;

    /// <summary>v.</summary>
    public Operand Value { get; } = value;

    /// <summary>g.</summary>
    public Operand Cotangent { get; } = cotangent;

    /// <summary>Factor of the scores.</summary>
    public double Scale { get; } = scale;

    /// <inheritdoc/>
    public override string Name => "CausalAttentionPullback";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [query, key, value, cotangent];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;

    /// <inheritdoc/>
    public override KernelCall? Slice(int axis, int start, int count) => axis is not (1 or 2)
        ? null
        : new CausalAttentionPullbackCall(
            Query.Slice(axis - 1, start, count),
            Key.Slice(axis - 1, start, count),
            Value.Slice(axis - 1, start, count),
            Cotangent.Slice(axis - 1, start, count),
            Scale,
            Output.Slice(axis, start, count));
}
