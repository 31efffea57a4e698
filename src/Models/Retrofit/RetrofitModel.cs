using Looped.Autodiff;
using Looped.Models.Gpt2;
using Looped.Tensors;

namespace Looped.Models.Retrofit;

/// <summary>
/// A public GPT-2 some of whose blocks are applied in loops: <c>h = wte[token] + wpe[position]</c>, the blocks in the order
/// of <see cref="LoopedLayers"/>, the final norm, and logits through the transposed token table. Stage II of SHIFT on a model
/// whose stage I is its public training (the paper's Appendix B).
/// </summary>
public static class RetrofitModel
{
    /// <summary>Name of the input with the tokens, (N,L) integers.</summary>
    public const string Tokens = "tokens";

    /// <summary>Name of the input with the token that follows each, (N,L) integers, ignored where negative.</summary>
    public const string Targets = "targets";

    /// <summary>Name of the output with the loss, a scalar.</summary>
    public const string LossName = "loss";

    /// <summary>Name of the output with the logits, (N,L,vocabulary).</summary>
    public const string Logits = "logits";

    /// <summary>Loss and logits: the loss is the mean cross-entropy of the following tokens.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="loops">Which blocks loop.</param>
    /// <param name="rows">N.</param>
    /// <param name="length">L, at most the model's positions.</param>
    /// <param name="element">Type of weights, activations and loss.</param>
    /// <exception cref="ArgumentException">A looped block does not exist, or the rows are longer than the positions.</exception>
    public static Program Loss(
        PublicGpt2Settings settings, LoopedLayers loops, int rows, int length, ElementType element)
    {
        if (length < 1 || length > settings.Positions)
        {
            throw new ArgumentException($"rows must have from 1 to {settings.Positions} tokens, not {length}");
        }

        return Program.Trace(tracer =>
        {
            var weights = PublicGpt2.Layout(settings).ToDictionary(
                weight => weight.Name, weight => tracer.Parameter(weight.Name, weight.Shape, element));
            var tokens = tracer.Data(Tokens, new Shape(rows, length), ElementType.Int32);
            var targets = tracer.Data(Targets, new Shape(rows, length), ElementType.Int32);
            var table = weights["wte.weight"];
            var states = Op.Gather(table, tokens) + Op.Slice(weights["wpe.weight"], axis: 0, 0, length);  // (N,L,width)
            foreach (var layer in loops.Order(settings.Layers))
            {
                states = new Gpt2Block(settings.Blocks, weights, layer).Apply(states);
            }

            states = Gpt2Block.Norm(states, weights, "ln_f");
            var logits = Op.MatMul(states, table, transposeRight: true);                                  // (N,L,vocabulary)
            return
            [
                new Port(LossName, Op.CrossEntropy(logits, targets, weights: null, Gpt2Model.Ignored)),
                new Port(Logits, logits),
            ];
        });
    }
}
