using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// Causal attention of each head, <c>y_i = sum_{j &lt;= i} p_ij v_j</c> with <c>p_i = softmax_{j &lt;= i}(q_i'k_j /
/// sqrt D)</c>, as one kernel that keeps no matrix of positions. Its operands receive the parts of
/// <see cref="CausalAttentionPullback"/>. Tangents need that matrix, and all three operands' rules share it, so a program
/// whose tangents are wanted computes <see cref="Op.CausalAttentionComposite"/> instead.
/// </summary>
public sealed record CausalAttention : FusedOperation
{
    /// <inheritdoc/>
    public override bool HasVjp => true;

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var type = Operands.Real(this, operands);
        return type.Shape.Rank == 4 && operands.All(other => other.Equals(type))
            ? type
            : throw new ShapeException(this, operands, "query, key and value must be (B,H,T,D), all of one type");
    }

    /// <inheritdoc/>
    public override Value Expand(IReadOnlyList<Value> operands) =>
        Op.CausalAttentionComposite(operands[0], operands[1], operands[2]);

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => Op.Index(
        Op.CausalAttentionPullback(result.Operands[0], result.Operands[1], result.Operands[2], cotangent), 0, operand);

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result)
    {
        var (heads, positions) = (result.Shape[0] * (long)result.Shape[1], result.Shape[2]);
        return heads * positions * (positions + 1) / 2 * ((4 * result.Shape[3]) + 5);
    }

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [new CausalAttentionCall(operands[0], operands[1], operands[2], 1 / Math.Sqrt(result.Shape[3]), result)];

    /// <summary>The weights <c>p</c>, (B,H,T,T).</summary>
    internal static Value Weights(Value query, Value key)
    {
        var positions = Op.Iota(query.Graph, query.Shape[2], query.Type.Element);
        var seen = 1 - Op.Greater(positions, Op.Reshape(positions, positions.Shape.Append(1)));
        return Op.Softmax(Op.Contract("bhid,bhjd->bhij", query, key, 1 / Math.Sqrt(query.Shape[3])), 3, seen);
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// Causal attention: each position takes the mean of the values up to it, weighted by its scores with their keys.
    /// </summary>
    /// <param name="query">(B,H,T,D).</param>
    /// <param name="key">(B,H,T,D).</param>
    /// <param name="value">(B,H,T,D).</param>
    /// <returns>(B,H,T,D).</returns>
    /// <exception cref="ShapeException">The operands are not of one such type.</exception>
    public static Value CausalAttention(Value query, Value key, Value value) =>
        query.Graph.Apply(new CausalAttention(), query, key, value);

    /// <summary><see cref="CausalAttention"/> in elementary operations: products, a masked softmax.</summary>
    /// <param name="query">(B,H,T,D).</param>
    /// <param name="key">(B,H,T,D).</param>
    /// <param name="value">(B,H,T,D).</param>
    /// <returns>(B,H,T,D).</returns>
    /// <exception cref="ShapeException">The operands are not of one such type.</exception>
    public static Value CausalAttentionComposite(Value query, Value key, Value value)
    {
        new CausalAttention().Infer([query.Type, key.Type, value.Type]);
        return Contract("bhij,bhjd->bhid", Autodiff.CausalAttention.Weights(query, key), value);
    }
}
