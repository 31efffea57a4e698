using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Data;
using Looped.Models.Training;
using Looped.Tensors;

namespace Looped.Models.Attention;

/// <summary>
/// Random batches of samples: each epoch goes once through all samples in a new random order. A batch is given to the
/// model as weights of the distinct contexts, which is exactly the mean over its samples. Drawing the order allocates a
/// few bytes an epoch, batches allocate none.
/// </summary>
public sealed class ToyBatches : IBatchSource, IDisposable
{
    private readonly SequenceSet _set;
    private readonly int _size;
    private readonly ulong _seed;
    private readonly GradientEvaluator _gradient;
    private readonly DataBlock _block;
    private readonly double[] _weights;
    private readonly int[] _cells;
    private readonly int[] _order;
    private int _shuffledEpoch = -1;

    /// <summary>Batches of the samples of a set.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="set">The samples.</param>
    /// <param name="size">Samples of a batch; the last of an epoch may have fewer.</param>
    /// <param name="embedding">How tokens become vectors.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Threads; the distinct contexts are one block, so one is used.</param>
    public ToyBatches(
        ToyModelSettings settings,
        SequenceSet set,
        int size,
        ToyEmbedding embedding,
        ulong seed,
        IBackend backend,
        WorkerTeam team)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        (_set, _size, _seed) = (set, size, seed);
        var contexts = Contexts.Distinct(set);
        var objective = ToyObjective.Of(
            settings, contexts.Tokens, contexts.Length, contexts.TargetCounts, embedding, contexts.Count);
        _block = objective.Blocks[0];
        _weights = _block.Values[ToyModel.Weights];
        _gradient = new GradientEvaluator(objective, backend, team);

        // Which weight a sample of each distinct sequence adds to.
        _cells = new int[set.Count];
        var row = -1;
        for (var i = 0; i < set.Count; i++)
        {
            if (i == 0 || !set.Sequence(i)[..^1].SequenceEqual(set.Sequence(i - 1)[..^1]))
            {
                row++;
            }

            _cells[i] = (row * settings.Symbols) + set.Sequence(i)[^1];
        }

        _order = [.. Enumerable.Range(0, set.SampleCount)];
    }

    /// <inheritdoc/>
    public int BatchesPerEpoch => (_order.Length + _size - 1) / _size;

    /// <inheritdoc/>
    public void Gradient(int epoch, int batch, ReadOnlySpan<double> theta, Span<double> gradient)
    {
        if (_shuffledEpoch != epoch)
        {
            Shuffle(epoch);
        }

        var samples = _order.AsSpan(batch * _size, Math.Min(_size, _order.Length - (batch * _size)));
        Array.Clear(_weights);
        foreach (var sample in samples)
        {
            _weights[_cells[_set.SampleSequences[sample]]] += 1.0 / samples.Length;
        }

        _block.Revise();
        _gradient.Evaluate(theta, gradient);
    }

    /// <inheritdoc/>
    public void Dispose() => _gradient.Dispose();

    /// <summary>A random order that depends on the seed and the epoch alone (Fisher and Yates).</summary>
    private void Shuffle(int epoch)
    {
        var random = new Philox(_seed, $"batches of epoch {epoch}");
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        for (var i = _order.Length - 1; i > 0; i--)
        {
            var j = random.NextInt(i + 1);
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }

        _shuffledEpoch = epoch;
    }
}
