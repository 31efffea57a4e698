using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Models.Gpt2;

/// <summary>
/// A decoder block of GPT-2 with norms before its parts: <c>h += Attention(LN_1 h)</c>, then <c>h += MLP(LN_2 h)</c>.
/// Attention is causal and knows no positions; the MLP is four times as wide, with GELU in its tanh form.
/// </summary>
/// <param name="settings">The model.</param>
/// <param name="weights">All weights by name.</param>
/// <param name="layer">Which block of a loop it is.</param>
internal sealed class Gpt2Block(Gpt2Settings settings, IReadOnlyDictionary<string, Value> weights, int layer)
{
    /// <summary>What norms add to the variance.</summary>
    private const double Epsilon = 1e-5;

    /// <summary>The states behind the block, (N,L,width).</summary>
    /// <param name="states">The states before it, (N,L,width).</param>
    public Value Apply(Value states)
    {
        states += Attention(Norm(states, weights, $"h.{layer}.ln_1"));
        return states + Mlp(Norm(states, weights, $"h.{layer}.ln_2"));
    }

    /// <summary>Layer norm over the last axis with the gain and bias of a name.</summary>
    public static Value Norm(Value states, IReadOnlyDictionary<string, Value> weights, string name) =>
        Op.LayerNorm(states, weights[$"{name}.weight"], weights[$"{name}.bias"], Epsilon);

    private Value Attention(Value x)
    {
        var mixed = Op.CausalAttention(Heads(x, part: 0), Heads(x, part: 1), Heads(x, part: 2));       // (N,H,L,D)
        var joined = Op.Reshape(Op.Transpose(mixed, [0, 2, 1, 3]), x.Shape);                           // (N,L,width)
        return Linear(joined, "attn.c_proj");
    }

    /// <summary>
    /// Queries, keys or values of all heads, (N,H,L,D). They are columns of one matrix; taking the columns and not the
    /// products apart keeps the cotangents of activations free of padding.
    /// </summary>
    private Value Heads(Value x, int part)
    {
        var width = settings.Width;
        var matrix = Op.Slice(Weight("attn.c_attn.weight"), axis: 1, part * width, width);             // (width,width)
        var bias = Op.Slice(Weight("attn.c_attn.bias"), axis: 0, part * width, width);                 // (width)
        var heads = new Shape(x.Shape[0], x.Shape[1], settings.Heads, settings.HeadWidth);
        return Op.Transpose(Op.Reshape(Op.MatMul(x, matrix) + bias, heads), [0, 2, 1, 3]);
    }

    private Value Mlp(Value x) =>
        Linear(Op.Gelu(Linear(x, "mlp.c_fc"), GeluForm.Tanh), "mlp.c_proj");                           // (N,L,width)

    private Value Linear(Value x, string name) => Op.MatMul(x, Weight($"{name}.weight")) + Weight($"{name}.bias");

    private Value Weight(string name) => weights[$"h.{layer}.{name}"];
}
