using FsCheck;
using FsCheck.Fluent;
using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Models.Tests.Data;

public class InformationGroupsTests
{
    private static readonly MarkovLanguage Language = new(1, Dynamics.Cyclic);

    [Fact]
    public void A_group_weighs_exactly_its_fraction_of_the_samples() =>
        Prop.ForAll(
            Gen.Choose(1, 200).SelectMany(count => Gen.Choose(0, 2).ArrayOf(4 * count)).ToArbitrary(),
            Gen.Choose(1, 32).Select(k => k / 64.0).ToArbitrary(),
            (samples, fraction) =>
            {
                // Fractions of 64 are exact in binary, and so must the sums be.
                var set = new SequenceSet(Language, 4, samples);
                var groups = new InformationGroups(set, fraction);
                return groups.Weight == fraction * set.SampleCount
                    && groups.Low.ToArray().Sum() == groups.Weight
                    && groups.High.ToArray().Sum() == groups.Weight
                    && Enumerable.Range(0, set.Count).All(i =>
                        groups.Low[i] >= 0 && groups.High[i] >= 0 && groups.Low[i] + groups.High[i] <= set.Counts[i]);
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(Dynamics.Cyclic)]
    [InlineData(Dynamics.Mixture)]
    [InlineData(Dynamics.Homogeneous)]
    public void The_groups_are_the_first_and_the_last_samples_in_the_order_of_information(Dynamics dynamics)
    {
        const int Count = 10_000;
        var set = SequenceSet.Draw(new MarkovLanguage(2, dynamics), 4, Count, 0.5, new Philox(2, "samples"));
        var ordered = Enumerable.Range(0, Count)
            .Select(n => set.SampleSequences[n])
            .OrderBy(i => set.InformationContents[i])
            .ThenBy(i => i)
            .ToArray();
        var groups = new InformationGroups(set);
        Assert.Equal(4000, groups.Weight);
        for (var i = 0; i < set.Count; i++)
        {
            Assert.Equal(ordered[..4000].Count(sequence => sequence == i), groups.Low[i]);
            Assert.Equal(ordered[^4000..].Count(sequence => sequence == i), groups.High[i]);
        }
    }

    [Fact]
    public void A_sequence_that_straddles_both_cuts_belongs_to_both_groups_in_part()
    {
        var groups = new InformationGroups(new SequenceSet(Language, 2, [0, 1, 0, 1, 0, 1]));
        Assert.Equal([3 * 0.4], groups.Low.ToArray());
        Assert.Equal([3 * 0.4], groups.High.ToArray());
    }

    /// <summary>
    /// Under uniform matrices all sequences are equally informative, and their index alone orders them.
    /// </summary>
    [Fact]
    public void Equal_information_is_ordered_by_the_index_of_the_sequence()
    {
        var uniform = new TransitionMatrix(2, [0.5, 0.5, 0.5, 0.5]);
        var language = new MarkovLanguage(Dynamics.Homogeneous, uniform);
        var groups = new InformationGroups(new SequenceSet(language, 2, [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]), 0.5);
        Assert.Equal([2, 0.5, 0, 0], groups.Low.ToArray());
        Assert.Equal([0, 0.5, 1, 1], groups.High.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Other_fractions_are_refused(double fraction) =>
        Assert.Throws<ArgumentException>(() => new InformationGroups(new SequenceSet(Language, 2, [0, 1]), fraction));
}
