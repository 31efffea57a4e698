using Looped.Tensors;

namespace Looped.Models.Data;

/// <summary>
/// Samples of one length, reduced to the distinct sequences among them, in lexicographic order, with how often each was
/// drawn. The index of a sequence in this order is what 'sequence index' means everywhere. Immutable.
/// </summary>
public sealed class SequenceSet
{
    private readonly int[] _tokens;
    private readonly int[] _counts;
    private readonly int[] _sampleSequences;
    private readonly double[] _informationContents;

    /// <summary>The set of these samples.</summary>
    /// <param name="language">The language that the samples are of.</param>
    /// <param name="length">Tokens of a sample, at least 2: a context and a target.</param>
    /// <param name="samples">Tokens (N, length), row-major, in the order drawn.</param>
    /// <exception cref="ArgumentException">
    /// There is no sample, the number of tokens is not a multiple of the length, or a token is no symbol.
    /// </exception>
    public SequenceSet(MarkovLanguage language, int length, ReadOnlySpan<int> samples)
    {
        ArgumentNullException.ThrowIfNull(language);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        if (samples.IsEmpty || samples.Length % length != 0)
        {
            throw new ArgumentException($"{samples.Length} tokens are not one or more samples of length {length}.");
        }

        language.RequireTokens(samples);
        Language = language;
        Length = length;

        var drawn = samples.ToArray();
        var order = Enumerable.Range(0, drawn.Length / length).ToArray();
        Array.Sort(order, (a, b) => Sample(drawn, a).SequenceCompareTo(Sample(drawn, b)));
        _sampleSequences = new int[order.Length];
        var tokens = new List<int>();
        var counts = new List<int>();
        for (var i = 0; i < order.Length; i++)
        {
            var sample = Sample(drawn, order[i]);
            if (i == 0 || !sample.SequenceEqual(Sample(drawn, order[i - 1])))
            {
                tokens.AddRange(sample);
                counts.Add(0);
            }

            counts[^1]++;
            _sampleSequences[order[i]] = counts.Count - 1;
        }

        _tokens = [.. tokens];
        _counts = [.. counts];
        _informationContents = new double[_counts.Length];
        for (var i = 0; i < _counts.Length; i++)
        {
            _informationContents[i] = language.InformationContent(Sequence(i));
        }
    }

    /// <summary>The language that the samples are of.</summary>
    public MarkovLanguage Language { get; }

    /// <summary>Length L of the sequences, context and target together.</summary>
    public int Length { get; }

    /// <summary>Number N of samples.</summary>
    public int SampleCount => _sampleSequences.Length;

    /// <summary>Number of distinct sequences.</summary>
    public int Count => _counts.Length;

    /// <summary>How often each distinct sequence was drawn.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>IC of each distinct sequence, in bits.</summary>
    public ReadOnlySpan<double> InformationContents => _informationContents;

    /// <summary>The index of each sample's sequence, in the order drawn.</summary>
    public ReadOnlySpan<int> SampleSequences => _sampleSequences;

    /// <summary>
    /// The largest IC in the set: sequences up to it are 'simple' for a model that was trained on the set.
    /// </summary>
    public double LargestInformationContent => _informationContents.Max();

    /// <summary>A set of draws with probability proportional to P(x)^alpha (<see cref="TiltedSampler"/>).</summary>
    /// <param name="language">The law P.</param>
    /// <param name="length">Tokens of a sequence, at least 2.</param>
    /// <param name="count">Number N of draws, at least one.</param>
    /// <param name="alpha">The exponent.</param>
    /// <param name="random">The stream drawn from; by custom of the purpose "samples".</param>
    /// <exception cref="ArgumentException">As for the sampler, or the length or count is too small.</exception>
    public static SequenceSet Draw(MarkovLanguage language, int length, int count, double alpha, Philox random) =>
        new(language, length, new TiltedSampler(language, length, alpha).Draw(random, count));

    /// <summary>The tokens (L) of a distinct sequence.</summary>
    public ReadOnlySpan<int> Sequence(int index) => _tokens.AsSpan(index * Length, Length);

    /// <summary>The plain list of samples: tokens (N, L), row-major, in the order drawn.</summary>
    public int[] Samples()
    {
        var samples = new int[SampleCount * Length];
        for (var i = 0; i < SampleCount; i++)
        {
            Sequence(_sampleSequences[i]).CopyTo(samples.AsSpan(i * Length));
        }

        return samples;
    }

    private ReadOnlySpan<int> Sample(int[] samples, int index) => samples.AsSpan(index * Length, Length);
}
