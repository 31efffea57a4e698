using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Models.Gpt2;

/// <summary>
/// The loss of a model on sequences as a function of one flat vector of all weights, for evaluators of derivatives: blocks
/// of sequences are computed apart, and threads share them.
/// </summary>
public static class Gpt2Objective
{
    /// <summary>Name of the input with a block's share of all targets that count.</summary>
    private const string Share = "share";

    /// <summary>The mean cross-entropy over all targets that are not ignored.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="tokens">(N,L), row-major.</param>
    /// <param name="targets">(N,L), row-major; <see cref="Gpt2Model.Ignored"/> where a position does not count.</param>
    /// <param name="length">L.</param>
    /// <param name="block">Sequences of a block; fewer sequences make one block.</param>
    /// <param name="element">
    /// What a block computes in, float64 or float32; weights, derivatives and sums over blocks are float64 either way.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit, a token or target does not exist, or no target counts.
    /// </exception>
    public static Objective Of(
        Gpt2Settings settings,
        ReadOnlySpan<int> tokens,
        ReadOnlySpan<int> targets,
        int length,
        int block,
        ElementType element = ElementType.Float64)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(block);
        if (tokens.Length != targets.Length || tokens.Length % length != 0)
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens and {targets.Length} targets are not sequences of {length} tokens with a target each");
        }

        Require(tokens, 0, settings.Vocabulary - 1, "token");
        Require(targets, Gpt2Model.Ignored, settings.Outputs - 1, "target");
        var total = targets.Length - targets.Count(Gpt2Model.Ignored);
        if (total == 0)
        {
            throw new ArgumentException("a mean over targets needs one that is not ignored");
        }

        block = Math.Min(block, tokens.Length / length);
        var blocks = new List<DataBlock>();
        for (var start = 0; start < tokens.Length; start += block * length)
        {
            var rows = Math.Min(block * length, tokens.Length - start);
            var rowTargets = targets.Slice(start, rows);
            var counted = rows - rowTargets.Count(Gpt2Model.Ignored);

            // A block without targets adds nothing, and its mean would be one over nothing.
            if (counted > 0)
            {
                blocks.Add(Block(tokens.Slice(start, rows), rowTargets, block * length, (double)counted / total));
            }
        }

        return new Objective(Loss(settings, block, length, element), blocks);
    }

    /// <summary>A block, filled up with sequences whose targets are ignored.</summary>
    private static DataBlock Block(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets, int size, double share)
    {
        var (blockTokens, blockTargets) = (new int[size], new int[size]);
        Array.Fill(blockTargets, Gpt2Model.Ignored);
        tokens.CopyTo(blockTokens);
        targets.CopyTo(blockTargets);
        return new DataBlock(
            new Dictionary<string, double[]> { [Share] = [share] },
            new Dictionary<string, int[]> { [Gpt2Model.Tokens] = blockTokens, [Gpt2Model.Targets] = blockTargets });
    }

    /// <summary>
    /// The mean over a block times the block's share of the targets: the blocks' sum is the mean over all. The logits come
    /// with it, for Gauss-Newton products.
    /// </summary>
    private static Program Loss(Gpt2Settings settings, int sequences, int length, ElementType element)
    {
        var program = Gpt2Model.Loss(settings, sequences, length, element).BehindFloat64();
        var mean = program.Output(Gpt2Model.LossName).Value;
        var share = mean.Graph.Apply(new Input(Share, InputRole.Data, new TensorType(ElementType.Float64, Shape.Scalar)));
        return new Program(
            [.. program.Inputs, new Port(Share, share)],
            [new Port(Gpt2Model.LossName, share * mean), program.Output(Gpt2Model.Logits)]);
    }

    private static void Require(ReadOnlySpan<int> values, int low, int high, string what)
    {
        foreach (var value in values)
        {
            if (value < low || value > high)
            {
                throw new ArgumentException($"{what} {value} is not from {low} to {high}");
            }
        }
    }
}
