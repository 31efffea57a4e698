using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Models.Tests.Gpt2;
using Looped.Tensors;

namespace Looped.Models.Tests.Recurrent;

/// <summary>A small decoder with weights far from its initialisation, and the loss by its definition.</summary>
internal static class RecurrentCase
{
    public static Gpt2Settings Settings(int loops) => new(Width: 8, Layers: 2, Heads: 2, Vocabulary: 6, Outputs: 6, loops);

    public static double[][] Weights(ulong seed)
    {
        var random = new Philox(seed, "weights");
        return
        [
            .. Gpt2Weights.Of(Settings(1)).Select(weight =>
                Enumerable.Range(0, (int)weight.Shape.Size).Select(_ => weight.Mean + (0.3 * random.NextNormal())).ToArray()),
        ];
    }

    public static DecoderState<double> State(ulong seed, bool average)
    {
        var weights = Weights(seed);
        return new DecoderState<double>(
            weights,
            [.. weights.Select(array => new double[array.Length])],
            [.. weights.Select(array => new double[array.Length])],
            average ? [.. weights.Select(array => array.ToArray())] : null,
            0);
    }

    public static TaskBatch Batch(AlgorithmicTask task, int count, int longest) =>
        new TaskStream(task, 11, "tests").UpTo(0, count, longest);

    /// <summary>Each row alone through a plain decoder with its own number of loops, and the mean over all scored positions.</summary>
    public static double PlainLoss(double[][] weights, TaskBatch batch, int most)
    {
        var (total, count) = (0.0, 0);
        for (var row = 0; row < batch.Count; row++)
        {
            var logits = PlainLogits(weights, batch, row, Math.Min(batch.Loops[row], most));
            for (var i = 0; i < batch.RowLength; i++)
            {
                if (batch.Targets[(row * batch.RowLength) + i] is var target and >= 0)
                {
                    total += Math.Log(logits[i].Sum(Math.Exp)) - logits[i][target];
                    count++;
                }
            }
        }

        return total / count;
    }

    public static double[][] PlainLogits(double[][] weights, TaskBatch batch, int row, int loops)
    {
        var settings = Settings(loops);
        var named = Gpt2Weights.Of(settings).Zip(weights).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        return new PlainGpt2(settings, named).Logits(
            batch.Tokens.AsSpan(row * batch.RowLength, batch.RowLength).ToArray(), batch.RowLength);
    }
}
