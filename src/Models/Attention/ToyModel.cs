using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Models.Attention;

/// <summary>The two models that are compared.</summary>
public enum ToyArchitecture
{
    /// <summary>One pass of attention on the last token: <c>z = f(E_0, z_0)</c>.</summary>
    Single,

    /// <summary>T loops of attention with a residual: <c>E_t = E_{t-1} + gamma f(E_{t-1}, E_{t-1})</c>.</summary>
    Looped,
}

/// <summary>The factor c of linear attention.</summary>
public enum AttentionScale
{
    /// <summary>c = 1/n, n the number of tokens seen.</summary>
    Mean,

    /// <summary>c = 1.</summary>
    None,
}

/// <summary>What defines a toy model.</summary>
/// <param name="Architecture">Single- or Looped-Attn.</param>
/// <param name="Width">d.</param>
/// <param name="Symbols">Size V of the vocabulary.</param>
/// <param name="Loops">T; Single-Attn ignores it.</param>
/// <param name="Scale">The factor c.</param>
/// <param name="Gate">gamma, or the value at which a learned gate starts; Single-Attn ignores it.</param>
/// <param name="LearnsGate">Whether gamma is a parameter, the last one.</param>
public sealed record ToyModelSettings(
    ToyArchitecture Architecture,
    int Width,
    int Symbols = 3,
    int Loops = 3,
    AttentionScale Scale = AttentionScale.Mean,
    double Gate = 1,
    bool LearnsGate = false);

/// <summary>
/// Single- and Looped-Attn on linear self-attention without softmax,
/// <c>f(E, z) = c W_V E E' W_K' W_Q z</c> (tokens are columns of E in the paper, rows here), with a linear head on the last
/// token. Parameters: <c>W_Q, W_K, W_V</c> (d,d), <c>W_h</c> (V,d), acting on column vectors, and the gate where it is
/// learned.
/// </summary>
public static class ToyModel
{
    /// <summary>Name of the input with the embedded contexts, (N,L,d).</summary>
    public const string Contexts = "contexts";

    /// <summary>Name of the input with the weight of each target of each context, (N,V); they sum to one.</summary>
    public const string Weights = "weights";

    /// <summary>Name of the output with the logits, (N,V).</summary>
    public const string Logits = "logits";

    /// <summary>
    /// The program of loss and logits for N contexts of L tokens. The loss is the weighted mean cross-entropy.
    /// </summary>
    public static Program Loss(ToyModelSettings settings, int contexts, int length) => Program.Trace(tracer =>
    {
        var (d, symbols) = (settings.Width, settings.Symbols);
        var query = tracer.Parameter("W_Q", new Shape(d, d));
        var key = tracer.Parameter("W_K", new Shape(d, d));
        var value = tracer.Parameter("W_V", new Shape(d, d));
        var head = tracer.Parameter("W_h", new Shape(symbols, d));
        var looped = settings.Architecture == ToyArchitecture.Looped;
        var gate = looped && settings.LearnsGate ? tracer.Parameter("gate", Shape.Scalar) : null;
        var embedded = tracer.Data(Contexts, new Shape(contexts, length, d));
        var weights = tracer.Data(Weights, new Shape(contexts, symbols));

        // W_Q' W_K meets every token of every loop as one matrix: a product of two small matrices buys one pass over all
        // tokens less in each loop.
        var bilinear = Op.MatMul(query, key, transposeLeft: true);                            // (d,d)
        var last = Last(embedded);                                                            // (N,1,d)
        if (looped)
        {
            for (var loop = 1; loop < settings.Loops; loop++)
            {
                embedded += Gated(Attention(embedded, embedded));                             // (N,L,d)
                last = Last(embedded);
            }

            last += Gated(Attention(embedded, last));                                         // (N,1,d)
        }
        else
        {
            last = Attention(embedded, last);
        }

        last = Op.Reshape(last, new Shape(contexts, d));
        var logits = Op.MatMul(last, head, transposeRight: true);                             // (N,V)
        return
        [
            new Port("loss", Op.CrossEntropy(logits, weights)),
            new Port(Logits, logits),
        ];

        Value Last(Value tokens) => Op.Slice(tokens, axis: 1, length - 1, count: 1);

        Value Gated(Value update) => gate is null ? settings.Gate * update : gate * update;

        // f(E, z) for each query z of (N,Q,d), over the tokens E of (N,L,d).
        Value Attention(Value tokens, Value queries)
        {
            var c = settings.Scale == AttentionScale.Mean ? 1.0 / length : 1;
            var asked = Op.MatMul(queries, bilinear);                                         // z' W_Q' W_K
            var scores = Op.Contract("nqa,nla->nql", asked, tokens);                          // z' W_Q' W_K E
            var mixed = Op.Contract("nql,nla->nqa", scores, tokens, alpha: c);                // c (..) E'
            return Op.MatMul(mixed, value, transposeRight: true);                             // W_V
        }
    });
}
