using Looped.Autodiff;
using Looped.Models.Data;

namespace Looped.Models.Attention;

/// <summary>The loss of a toy model on contexts with weighted targets, as a function of theta.</summary>
public static class ToyObjective
{
    /// <summary>Contexts of a block, where there are many: its tangents then stay in the second-level cache.</summary>
    public const int PreferredBlock = 64;

    /// <summary>The objective on a training set: distinct contexts with counts, or all samples.</summary>
    public static Objective Of(ToyModelSettings settings, Contexts contexts, ToyEmbedding embedding) =>
        Of(settings, contexts.Tokens, contexts.Length, contexts.TargetCounts, embedding);

    /// <summary>The objective on any contexts: the mean cross-entropy of the targets, weighted by their counts.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="tokens">(N,L), row-major.</param>
    /// <param name="length">L.</param>
    /// <param name="targetCounts">(N,V), row-major, with a positive sum.</param>
    /// <param name="embedding">How tokens become vectors.</param>
    /// <param name="block">Contexts of a block; fewer contexts make one block.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, a token is no symbol, or the counts do not sum to more than zero.</exception>
    public static Objective Of(
        ToyModelSettings settings,
        ReadOnlySpan<int> tokens,
        int length,
        ReadOnlySpan<double> targetCounts,
        ToyEmbedding embedding,
        int block = PreferredBlock)
    {
        var count = tokens.Length / length;
        if (count == 0 || tokens.Length % length != 0 || targetCounts.Length != count * settings.Symbols)
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens and {targetCounts.Length} counts are not contexts of {length} tokens with " +
                $"{settings.Symbols} counts each");
        }

        var total = 0.0;
        foreach (var targets in targetCounts)
        {
            total += targets;
        }

        if (!(total > 0))
        {
            throw new ArgumentException($"the counts of the targets must have a positive sum, not {total}");
        }

        // The last block is filled up with contexts of weight zero, so that one program serves all blocks.
        block = Math.Min(block, count);
        var embedded = embedding.Embed(tokens, length);
        var blocks = new List<DataBlock>();
        for (var start = 0; start < count; start += block)
        {
            var rows = Math.Min(block, count - start);
            var vectors = new double[block * length * settings.Width];
            embedded.AsSpan(start * length * settings.Width, rows * length * settings.Width).CopyTo(vectors);
            var weights = new double[block * settings.Symbols];
            for (var i = 0; i < rows * settings.Symbols; i++)
            {
                weights[i] = targetCounts[(start * settings.Symbols) + i] / total;
            }

            blocks.Add(new DataBlock(new Dictionary<string, double[]>
            {
                [ToyModel.Contexts] = vectors,
                [ToyModel.Weights] = weights,
            }));
        }

        return new Objective(ToyModel.Loss(settings, block, length), blocks);
    }

    /// <summary>A random initialisation of theta: normal numbers with standard deviation 1/sqrt(d) times a scale, the gate as set.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="layout">How theta is laid out.</param>
    /// <param name="seed">
    /// Seed. Both architectures draw the same numbers, since their matrices are of the same shapes in the same order.
    /// </param>
    /// <param name="scale">Factor of the standard deviation.</param>
    public static double[] Initialize(
        ToyModelSettings settings, ParameterLayout layout, ulong seed, double scale = 1)
    {
        var theta = new double[layout.Size];
        new Tensors.Philox(seed, "initialisation").FillNormal(theta, scale / Math.Sqrt(settings.Width));
        if (settings is { Architecture: ToyArchitecture.Looped, LearnsGate: true })
        {
            theta[^1] = settings.Gate;
        }

        return theta;
    }
}
