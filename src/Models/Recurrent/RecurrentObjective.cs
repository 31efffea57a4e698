using Looped.Autodiff;
using Looped.Models.Gpt2;
using Looped.Models.Tasks;
using Looped.Tensors;

namespace Looped.Models.Recurrent;

/// <summary>
/// The training loss of a looped decoder on a batch as a function of one flat vector of all weights, for evaluators of
/// derivatives: blocks of rows are computed apart, and threads share them.
/// </summary>
public static class RecurrentObjective
{
    /// <summary>Name of the input with a block's share of all targets that count.</summary>
    private const string Share = "share";

    /// <summary>
    /// The mean cross-entropy over all targets that are not ignored, each row read at its own loop as in
    /// <see cref="TrainingStep{T}"/>; a row that asks for more loops than the model has is read at the last.
    /// </summary>
    /// <param name="settings">The model; its loops are the greatest of any row.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="block">Rows of a block; fewer rows make one block.</param>
    /// <param name="element">
    /// What a block computes in, float64 or float32; weights, derivatives and sums over blocks are float64 either way.
    /// </param>
    /// <exception cref="ArgumentException">The settings describe no model, or the model does not have the batch's symbols.</exception>
    public static Objective Of(
        Gpt2Settings settings, TaskBatch batch, int block, ElementType element = ElementType.Float64)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(block);
        if (batch.Tokens.Max() >= settings.Vocabulary || batch.Targets.Max() >= settings.Outputs)
        {
            throw new ArgumentException(
                $"a model of {settings.Vocabulary} symbols read and {settings.Outputs} predicted does not have the symbols " +
                $"{batch.Tokens.Max()} and {batch.Targets.Max()} of the batch");
        }

        block = Math.Min(block, batch.Count);
        var length = batch.RowLength;
        double total = batch.Targets.Length - batch.Targets.AsSpan().Count(Gpt2Model.Ignored);
        var blocks = new List<DataBlock>();
        for (var first = 0; first < batch.Count; first += block)
        {
            var rows = Math.Min(block, batch.Count - first);

            // Rows that fill up the last block have no targets; they are read at the first loop, whichever it is.
            var (tokens, targets, loops) = (new int[block * length], new int[block * length], new int[block]);
            Array.Fill(targets, Gpt2Model.Ignored);
            Array.Fill(loops, 1);
            batch.Tokens.AsSpan(first * length, rows * length).CopyTo(tokens);
            batch.Targets.AsSpan(first * length, rows * length).CopyTo(targets);
            for (var row = 0; row < rows; row++)
            {
                loops[row] = Math.Min(batch.Loops[first + row], settings.Loops);
            }

            var counted = targets.Length - targets.AsSpan().Count(Gpt2Model.Ignored);
            blocks.Add(new DataBlock(
                new Dictionary<string, double[]> { [Share] = [counted / total] },
                new Dictionary<string, int[]>
                {
                    [RecurrentDecoder.Tokens] = tokens,
                    [RecurrentDecoder.Targets] = targets,
                    [RecurrentDecoder.OwnLoops] = loops,
                }));
        }

        return new Objective(Loss(settings, block, length, element), blocks);
    }

    /// <summary>The mean over a block times the block's share of the targets: the blocks' sum is the mean over all.</summary>
    private static Program Loss(Gpt2Settings settings, int rows, int length, ElementType element)
    {
        var program = RecurrentDecoder.Loss(settings, rows, length, element).BehindFloat64();
        var mean = program.Output(RecurrentDecoder.LossName).Value;
        var share = mean.Graph.Apply(new Input(Share, InputRole.Data, new TensorType(ElementType.Float64, Shape.Scalar)));
        return new Program(
            [.. program.Inputs, new Port(Share, share)],
            [new Port(RecurrentDecoder.LossName, share * mean), program.Output(RecurrentDecoder.Logits)]);
    }
}
