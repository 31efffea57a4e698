using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// What query, key and value of <see cref="CausalAttention"/> receive of its cotangent g, one after the other: with
/// <c>s = 1 / sqrt D</c> and <c>e_ij = p_ij (g_i'v_j - sum_l p_il g_i'v_l)</c>, <c>q'_i = s sum_j e_ij k_j</c>, <c>k'_j = s
/// sum_i e_ij q_i</c> and <c>v'_j = sum_i p_ij g_i</c>. One kernel forms p and e a few rows at a time.
/// </summary>
public sealed record CausalAttentionPullback : FusedOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        var type = Operands.Real(this, operands);
        return type.Shape.Rank == 4 && operands.All(other => other.Equals(type))
            ? type with { Shape = new Shape([3, .. type.Shape]) }
            : throw new ShapeException(
                this, operands, "query, key, value and cotangent must be (B,H,T,D), all of one type");
    }

    /// <inheritdoc/>
    public override Value Expand(IReadOnlyList<Value> operands)
    {
        var (query, key, value, cotangent) = (operands[0], operands[1], operands[2], operands[3]);
        var weights = CausalAttention.Weights(query, key);
        var shares = Op.Contract("bhid,bhjd->bhij", cotangent, value);
        var scores = weights * (shares - Reducing.KeptWeightedSum(weights, shares, [3], Directions.Single));
        var scale = 1 / Math.Sqrt(query.Shape[3]);
        Value[] parts =
        [
            Op.Contract("bhij,bhjd->bhid", scores, key, scale),
            Op.Contract("bhij,bhid->bhjd", scores, query, scale),
            Op.Contract("bhij,bhid->bhjd", weights, cotangent),
        ];
        return Op.Concatenate(0, [.. parts.Select(part => Op.Reshape(part, new Shape([1, .. part.Shape])))]);
    }

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result)
    {
        var shape = operands[0].Shape;
        var (heads, positions) = (shape[0] * (long)shape[1], shape[2]);
        return heads * positions * (positions + 1) / 2 * ((10 * shape[3]) + 9);
    }

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
    [
        new CausalAttentionPullbackCall(
            operands[0], operands[1], operands[2], operands[3], 1 / Math.Sqrt(operands[0].Shape[3]), result),
    ];
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>What the operands of <see cref="CausalAttention"/> receive of its cotangent.</summary>
    /// <param name="query">(B,H,T,D).</param>
    /// <param name="key">(B,H,T,D).</param>
    /// <param name="value">(B,H,T,D).</param>
    /// <param name="cotangent">(B,H,T,D).</param>
    /// <returns>(3,B,H,T,D): query's, key's and value's.</returns>
    /// <exception cref="ShapeException">The operands are not of one such type.</exception>
    public static Value CausalAttentionPullback(Value query, Value key, Value value, Value cotangent) =>
        query.Graph.Apply(new CausalAttentionPullback(), query, key, value, cotangent);
}
