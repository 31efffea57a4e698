using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// Three loops of linear attention with a linear head and cross-entropy: a program of the kind that this engine is for.
/// </summary>
internal static class AttentionLoss
{
    private const int Width = 4;
    private const int Symbols = 3;

    /// <summary>The program for some contexts of three tokens.</summary>
    public static Program Of(int contexts, bool simplify = true) => Program.Trace(
        tracer =>
        {
            var query = tracer.Parameter("W_Q", new Shape(Width, Width));
            var key = tracer.Parameter("W_K", new Shape(Width, Width));
            var value = tracer.Parameter("W_V", new Shape(Width, Width));
            var head = tracer.Parameter("W_h", new Shape(Symbols, Width));
            var gate = tracer.Parameter("gate", Shape.Scalar);
            var tokens = tracer.Data("contexts", new Shape(contexts, 3, Width));
            var weights = tracer.Data("weights", new Shape(contexts, Symbols));
            for (var loop = 0; loop < 3; loop++)
            {
                var scores = Op.MatMul(
                    Op.MatMul(tokens, query, transposeRight: true),
                    Op.MatMul(tokens, key, transposeRight: true),
                    transposeRight: true);
                tokens += gate * Op.MatMul(Op.MatMul(scores, tokens), value, transposeRight: true) / 3;
            }

            var logits = Op.MatMul(Op.Index(tokens, 1, 2), head, transposeRight: true);
            return Op.CrossEntropy(logits, weights);
        },
        simplify);

    /// <summary>The objective on random blocks of contexts.</summary>
    public static Objective Objective(int blocks, int contexts, bool simplify = true)
    {
        var program = Of(contexts, simplify);
        var random = new Philox(1, "contexts");
        return new Objective(
            program,
            [
                .. Enumerable.Range(0, blocks).Select(_ => new DataBlock(new Dictionary<string, double[]>
                {
                    ["contexts"] = Draw(contexts * 3 * Width, () => 0.5 * random.NextNormal()),
                    ["weights"] = Draw(contexts * Symbols, () => random.NextDouble() / (blocks * contexts)),
                })),
            ]);
    }

    /// <summary>A random theta.</summary>
    public static double[] Theta(Objective objective, ulong seed = 1)
    {
        var random = new Philox(seed, "theta");
        return Draw(objective.Layout.Size, () => 0.5 * random.NextNormal());
    }

    private static double[] Draw(int count, Func<double> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
}
