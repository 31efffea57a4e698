using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Models.Gpt2;

/// <summary>
/// The looped decoder: with <c>x</c> the tokens read in and <c>h_0 = 0</c>, each loop is
/// <c>h_t = LN_f(Blocks(h_{t-1} + x))</c>, the same blocks and the same norm every time; the logits are a linear map of
/// <c>h_T</c>. At T = 1 it is GPT-2 without positions.
/// </summary>
public static class Gpt2Model
{
    /// <summary>Name of the input with the tokens, (N,L) integers.</summary>
    public const string Tokens = "tokens";

    /// <summary>Name of the input with the target at each position, (N,L) integers.</summary>
    public const string Targets = "targets";

    /// <summary>Name of the output with the loss, a scalar.</summary>
    public const string LossName = "loss";

    /// <summary>Name of the output with the logits of the last loop, (N,L,outputs).</summary>
    public const string Logits = "logits";

    /// <summary>The target of positions that do not count.</summary>
    public const int Ignored = -1;

    /// <summary>
    /// The program of loss and logits for N sequences of L tokens, with a parameter for each of
    /// <see cref="Gpt2Weights.Of"/>. The loss is the mean cross-entropy over the targets that are not ignored.
    /// </summary>
    /// <param name="settings">The model.</param>
    /// <param name="sequences">N.</param>
    /// <param name="length">L.</param>
    /// <param name="element">Type of weights, activations and loss.</param>
    /// <exception cref="ArgumentException">The settings describe no model.</exception>
    public static Program Loss(
        Gpt2Settings settings, int sequences, int length, ElementType element = ElementType.Float64)
    {
        var layout = Gpt2Weights.Of(settings);
        return Program.Trace(tracer =>
        {
            var weights = layout.ToDictionary(
                weight => weight.Name, weight => tracer.Parameter(weight.Name, weight.Shape, element));
            var tokens = tracer.Data(Tokens, new Shape(sequences, length), ElementType.Int32);
            var targets = tracer.Data(Targets, new Shape(sequences, length), ElementType.Int32);
            var blocks = Enumerable.Range(0, settings.Layers)
                .Select(layer => new Gpt2Block(settings, weights, layer)).ToList();

            var x = Op.Gather(weights["read_in.weight"], tokens);                                      // (N,L,width)
            Value? states = null;
            for (var loop = 0; loop < settings.Loops; loop++)
            {
                states = states is null ? x : states + x;
                foreach (var block in blocks)
                {
                    states = block.Apply(states);
                }

                states = Gpt2Block.Norm(states, weights, "ln_f");
            }

            var logits = Op.MatMul(states!, weights["read_out.weight"], transposeRight: true) +
                weights["read_out.bias"];                                                              // (N,L,outputs)
            return
            [
                new Port(LossName, Op.CrossEntropy(logits, targets, weights: null, Ignored)),
                new Port(Logits, logits),
            ];
        });
    }
}
