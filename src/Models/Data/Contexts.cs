namespace Looped.Models.Data;

/// <summary>
/// What a model is trained on: rows of contexts, the first L - 1 tokens of sequences, with the weight of each target
/// symbol. Either one row for each distinct context, with the counts of its targets, or one row for each sample; loss,
/// gradient and Hessian of the weighted mean are the same. Immutable.
/// </summary>
public sealed class Contexts
{
    private readonly int[] _tokens;
    private readonly double[] _targetCounts;
    private readonly Entry[] _entries;

    private Contexts(SequenceSet set, int[] tokens, Entry[] entries)
    {
        Set = set;
        _tokens = tokens;
        _entries = entries;
        _targetCounts = Distribute([.. set.Counts.ToArray().Select(count => (double)count)]);
    }

    /// <summary>The samples that the contexts are of.</summary>
    public SequenceSet Set { get; }

    /// <summary>Number of rows: N_c distinct contexts, or N samples.</summary>
    public int Count => _tokens.Length / Length;

    /// <summary>Tokens of a context, L - 1.</summary>
    public int Length => Set.Length - 1;

    /// <summary>Number of symbols S.</summary>
    public int Symbols => Set.Language.Symbols;

    /// <summary>The contexts (Count, L - 1), row-major.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>How often each symbol is the target of each row (Count, S), row-major; the sum is N.</summary>
    public ReadOnlySpan<double> TargetCounts => _targetCounts;

    /// <summary>The distinct contexts in lexicographic order, with counts.</summary>
    public static Contexts Distinct(SequenceSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var tokens = new List<int>();
        var entries = new Entry[set.Count];
        var row = -1;
        for (var i = 0; i < entries.Length; i++)
        {
            // Sequences are in lexicographic order, so those with the same context stand together.
            var sequence = set.Sequence(i);
            var context = sequence[..^1];
            if (i == 0 || !context.SequenceEqual(set.Sequence(i - 1)[..^1]))
            {
                tokens.AddRange(context);
                row++;
            }

            entries[i] = new Entry(row, sequence[^1], i, 1);
        }

        return new Contexts(set, [.. tokens], entries);
    }

    /// <summary>The context of each sample in the order drawn, each with one target.</summary>
    public static Contexts AllSamples(SequenceSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var tokens = new List<int>(set.SampleCount * (set.Length - 1));
        var entries = new Entry[set.SampleCount];
        for (var row = 0; row < entries.Length; row++)
        {
            var index = set.SampleSequences[row];
            var sequence = set.Sequence(index);
            tokens.AddRange(sequence[..^1]);
            entries[row] = new Entry(row, sequence[^1], index, set.Counts[index]);
        }

        return new Contexts(set, [.. tokens], entries);
    }

    /// <summary>The tokens (L - 1) of a row.</summary>
    public ReadOnlySpan<int> Context(int row) => _tokens.AsSpan(row * Length, Length);

    /// <summary>
    /// Weights of the distinct sequences carried over to rows and targets; the weight of a sequence with several rows
    /// is shared equally between them.
    /// </summary>
    /// <param name="sequenceWeights">A weight for each distinct sequence of the set.</param>
    /// <returns>Weights (Count, S), row-major, of the same sum.</returns>
    /// <exception cref="ArgumentException">There are not as many weights as distinct sequences.</exception>
    public double[] Distribute(ReadOnlySpan<double> sequenceWeights)
    {
        if (sequenceWeights.Length != Set.Count)
        {
            throw new ArgumentException(
                $"{Set.Count} distinct sequences need as many weights; {sequenceWeights.Length} were given.");
        }

        var weights = new double[Count * Symbols];
        foreach (var entry in _entries)
        {
            weights[(entry.Row * Symbols) + entry.Target] = sequenceWeights[entry.Sequence] / entry.Rows;
        }

        return weights;
    }

    /// <summary>A distinct sequence in one of the rows that share it.</summary>
    private readonly record struct Entry(int Row, int Target, int Sequence, int Rows);
}
