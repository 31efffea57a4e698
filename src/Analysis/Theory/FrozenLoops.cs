using Looped.Autodiff;
using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Analysis.Theory;

/// <summary>
/// The looped model of Lemma 2 as a program to differentiate: the states that each loop reads are data, so that the weights
/// act through each loop's own attention alone, <c>z = z_0 + gamma sum_t f(E_t, z_t; W)</c>. Its loss is the model's; its
/// gradient is the paper's, not the model's.
/// </summary>
public static class FrozenLoops
{
    /// <summary>The objective of some samples, a block each, with equal weights of one: the loss is their sum.</summary>
    /// <param name="settings">A looped model.</param>
    /// <param name="samples">Its pass on each sample's context, and the law of the sample's target.</param>
    public static Objective Of(
        ToyModelSettings settings, IReadOnlyList<(AttentionPass Pass, double[] Target)> samples)
    {
        var loops = samples[0].Pass.Loops;
        return new Objective(
            Loss(settings, loops.Count, loops[0].Tokens.Rows), [.. samples.Select(sample => Block(sample.Pass, sample.Target))]);
    }

    private static DataBlock Block(AttentionPass pass, double[] target)
    {
        var values = new Dictionary<string, double[]> { [ToyModel.Weights] = target };
        for (var t = 0; t < pass.Loops.Count; t++)
        {
            values[TokensOf(t)] = pass.Loops[t].Tokens.Values.ToArray();
        }

        return new DataBlock(values);
    }

    private static string TokensOf(int loop) => $"tokens {loop}";

    private static Program Loss(ToyModelSettings settings, int loops, int length) => Program.Trace(tracer =>
    {
        var d = settings.Width;
        var query = tracer.Parameter("W_Q", new Shape(d, d));
        var key = tracer.Parameter("W_K", new Shape(d, d));
        var value = tracer.Parameter("W_V", new Shape(d, d));
        var head = tracer.Parameter("W_h", new Shape(settings.Symbols, d));
        var target = tracer.Data(ToyModel.Weights, new Shape(1, settings.Symbols));
        var c = settings.Scale == AttentionScale.Mean ? 1.0 / length : 1;
        Value? output = null;
        for (var t = 0; t < loops; t++)
        {
            var tokens = tracer.Data(TokensOf(t), new Shape(length, d));                      // E'
            var asking = Op.Slice(tokens, axis: 0, length - 1, count: 1);                     // z'
            var asked = Op.MatMul(Op.MatMul(asking, query, transposeRight: true), key);       // z' W_Q' W_K
            var scores = Op.MatMul(asked, tokens, transposeRight: true);                      // z' W_Q' W_K E
            var update = Op.MatMul(Op.MatMul(scores, tokens), value, transposeRight: true);   // .. E' W_V'
            output = (output ?? asking) + ((settings.Gate * c) * update);
        }

        return [new Port("loss", Op.CrossEntropy(Op.MatMul(output!, head, transposeRight: true), target))];
    });
}
