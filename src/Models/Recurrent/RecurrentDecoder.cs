using Looped.Autodiff;
using Looped.Models.Gpt2;
using Looped.Tensors;

namespace Looped.Models.Recurrent;

/// <summary>
/// Programs of the looped decoder whose answers are read at each row's own loop. With <c>x</c> the tokens read in and
/// <c>h_0 = 0</c>, each loop is <c>h_t = LN_f(Blocks(h_{t-1} + x))</c>, without positions; the logits are a linear map of
/// <c>h_t</c>. Weights are those of <see cref="Gpt2Weights"/>.
/// </summary>
public static class RecurrentDecoder
{
    /// <summary>Name of the input with the tokens, (N,L) integers.</summary>
    public const string Tokens = "tokens";

    /// <summary>Name of the input with the target at each position, (N,L) integers, ignored where negative.</summary>
    public const string Targets = "targets";

    /// <summary>Name of the input with each row's loop, (N) integers from 1; absent where there is but one loop.</summary>
    public const string OwnLoops = "loops";

    /// <summary>Name of the input and output with the states between loops, (N,L,width).</summary>
    public const string States = "states";

    /// <summary>Name of the output with the loss, a scalar.</summary>
    public const string LossName = "loss";

    /// <summary>Name of the output with the logits, (N,L,outputs).</summary>
    public const string Logits = "logits";

    /// <summary>
    /// Loss and logits for training, back through all loops: row n is read at its own loop, and the loss is the mean
    /// cross-entropy over all targets that are not ignored.
    /// </summary>
    /// <param name="settings">The model; its loops are the greatest of any row.</param>
    /// <param name="rows">N.</param>
    /// <param name="length">L.</param>
    /// <param name="element">Type of weights, activations and loss.</param>
    /// <exception cref="ArgumentException">The settings describe no model.</exception>
    public static Program Loss(Gpt2Settings settings, int rows, int length, ElementType element) => Program.Trace(tracer =>
    {
        var weights = Declare(tracer, settings, element);
        var tokens = tracer.Data(Tokens, new Shape(rows, length), ElementType.Int32);
        var targets = tracer.Data(Targets, new Shape(rows, length), ElementType.Int32);
        var own = settings.Loops == 1
            ? null
            : Op.Reshape(
                Op.Convert(tracer.Data(OwnLoops, new Shape(rows), ElementType.Int32), element), new Shape(rows, 1, 1));
        var x = Op.Gather(weights["read_in.weight"], tokens);                                          // (N,L,width)
        Value? states = null;
        Value? read = null;
        for (var loop = 1; loop <= settings.Loops; loop++)
        {
            states = Loop(settings, weights, states is null ? x : states + x);

            // Products with indicators and not choices: their cotangents are products, too, not a chain through all loops.
            var part = own is null ? states : Op.Equal(own, Op.Full(own.Graph, own.Type, loop)) * states;
            read = read is null ? part : read + part;
        }

        var logits = ReadOut(weights, read!);
        return
        [
            new Port(LossName, Op.CrossEntropy(logits, targets, weights: null, Gpt2Model.Ignored)),
            new Port(Logits, logits),
        ];
    });

    /// <summary>One loop for inference: the states after it and the logits read there, of tokens and the states before.</summary>
    /// <param name="settings">The model; its number of loops plays no part.</param>
    /// <param name="rows">N.</param>
    /// <param name="length">L.</param>
    /// <param name="element">Type of weights and activations.</param>
    /// <exception cref="ArgumentException">The settings describe no model.</exception>
    public static Program OneLoop(Gpt2Settings settings, int rows, int length, ElementType element) =>
        Program.Trace(tracer =>
        {
            var weights = Declare(tracer, settings, element);
            var tokens = tracer.Data(Tokens, new Shape(rows, length), ElementType.Int32);
            var before = tracer.Data(States, new Shape(rows, length, settings.Width), element);
            var states = Loop(settings, weights, before + Op.Gather(weights["read_in.weight"], tokens));
            return [new Port(States, states), new Port(Logits, ReadOut(weights, states))];
        });

    private static Dictionary<string, Value> Declare(Tracer tracer, Gpt2Settings settings, ElementType element) =>
        Gpt2Weights.Of(settings).ToDictionary(
            weight => weight.Name, weight => tracer.Parameter(weight.Name, weight.Shape, element));

    private static Value Loop(Gpt2Settings settings, Dictionary<string, Value> weights, Value states)
    {
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            states = new Gpt2Block(settings, weights, layer).Apply(states);
        }

        return Gpt2Block.Norm(states, weights, "ln_f");
    }

    private static Value ReadOut(Dictionary<string, Value> weights, Value states) =>
        Op.MatMul(states, weights["read_out.weight"], transposeRight: true) + weights["read_out.bias"];
}
