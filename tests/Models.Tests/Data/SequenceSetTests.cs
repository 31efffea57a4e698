using FsCheck;
using FsCheck.Fluent;
using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Models.Tests.Data;

public class SequenceSetTests
{
    private static readonly MarkovLanguage Language = new(1, Dynamics.Mixture);

    /// <summary>One to sixty samples of three tokens.</summary>
    private static readonly Arbitrary<int[]> Samples =
        Gen.Choose(1, 60).SelectMany(count => Gen.Choose(0, 2).ArrayOf(3 * count)).ToArbitrary();

    [Fact]
    public void Distinct_sequences_are_in_lexicographic_order_with_their_counts() =>
        Prop.ForAll(Samples, samples =>
        {
            var set = new SequenceSet(Language, 3, samples);
            var expected = samples.Chunk(3)
                .GroupBy(x => string.Concat(x))
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => (group.Key, group.Count()));
            var found = Enumerable.Range(0, set.Count)
                .Select(i => (string.Concat(set.Sequence(i).ToArray()), set.Counts[i]));
            return found.SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_samples_come_back_in_the_order_drawn() =>
        Prop.ForAll(Samples, samples => new SequenceSet(Language, 3, samples).Samples().SequenceEqual(samples))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Distinct_contexts_count_their_targets() =>
        Prop.ForAll(Samples, samples =>
        {
            var contexts = Contexts.Distinct(new SequenceSet(Language, 3, samples));
            var expected = samples.Chunk(3)
                .GroupBy(x => (x[0], x[1]))
                .OrderBy(group => group.Key)
                .ToArray();
            return contexts.Tokens.SequenceEqual(expected.SelectMany(g => new[] { g.Key.Item1, g.Key.Item2 }).ToArray())
                && contexts.TargetCounts.SequenceEqual(
                    expected
                        .SelectMany(g => Enumerable.Range(0, 3).Select(y => (double)g.Count(x => x[2] == y)))
                        .ToArray());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void All_samples_have_a_context_and_one_target_each() =>
        Prop.ForAll(Samples, samples =>
        {
            var contexts = Contexts.AllSamples(new SequenceSet(Language, 3, samples));
            return contexts.Tokens.SequenceEqual(samples.Chunk(3).SelectMany(x => x[..2]).ToArray())
                && contexts.TargetCounts.SequenceEqual(
                    samples.Chunk(3)
                        .SelectMany(x => Enumerable.Range(0, 3).Select(y => y == x[2] ? 1.0 : 0))
                        .ToArray());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ten_thousand_draws_of_length_four_have_at_most_27_contexts_and_81_sequences()
    {
        var set = SequenceSet.Draw(new MarkovLanguage(1, Dynamics.Cyclic), 4, 10_000, 0.5, new Philox(1, "samples"));
        var contexts = Contexts.Distinct(set);
        Assert.InRange(set.Count, 1, 81);
        Assert.InRange(contexts.Count, 1, 27);
        Assert.Equal(10_000, set.SampleCount);
        Assert.Equal(10_000, contexts.TargetCounts.ToArray().Sum());
        Assert.Equal(10_000 * 3, Contexts.AllSamples(set).Tokens.Length);
    }

    [Fact]
    public void Information_contents_are_those_of_the_language_and_the_largest_is_known()
    {
        var set = SequenceSet.Draw(Language, 5, 500, 0.5, new Philox(1, "samples"));
        for (var i = 0; i < set.Count; i++)
        {
            var expected = -Math.Log2(Enumeration.Probability(Language, set.Sequence(i).ToArray()));
            Assert.Equal(expected, set.InformationContents[i], 1e-12);
            Assert.InRange(set.InformationContents[i], 0, set.LargestInformationContent);
        }

        Assert.Contains(set.LargestInformationContent, set.InformationContents.ToArray());
    }

    [Fact]
    public void The_same_seed_draws_the_same_set()
    {
        SequenceSet Draw(ulong seed) => SequenceSet.Draw(Language, 32, 300, 0.5, new Philox(seed, "samples"));
        Assert.Equal(Draw(1).Samples(), Draw(1).Samples());
        Assert.NotEqual(Draw(1).Samples(), Draw(2).Samples());
    }

    [Fact]
    public void Weights_must_be_one_for_each_distinct_sequence()
    {
        var set = SequenceSet.Draw(Language, 4, 100, 0.5, new Philox(1, "samples"));
        Assert.Throws<ArgumentException>(() => Contexts.Distinct(set).Distribute(new double[set.Count + 1]));
    }

    [Fact]
    public void What_is_no_list_of_samples_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new SequenceSet(Language, 3, []));
        Assert.Throws<ArgumentException>(() => new SequenceSet(Language, 3, [0, 1, 2, 0]));
        Assert.Throws<ArgumentException>(() => new SequenceSet(Language, 3, [0, 1, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceSet(Language, 1, [0]));
    }
}
