using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Models.Tests.Data;

public class CeilingsTests
{
    [Theory]
    [CombinatorialDynamics(3, 4, 6)]
    public void Ceilings_are_the_shares_of_samples_that_the_argmax_of_the_enumerated_law_gets_right(
        Dynamics dynamics, int length)
    {
        const int Count = 1000;
        var language = new MarkovLanguage(3, dynamics);
        var set = SequenceSet.Draw(language, length, Count, 0.5, new Philox(3, "samples"));
        var ceilings = Ceilings.Of(Contexts.Distinct(set), new InformationGroups(set));
        var ordered = Enumerable.Range(0, Count)
            .Select(n => set.SampleSequences[n])
            .OrderBy(i => set.InformationContents[i])
            .ThenBy(i => i)
            .Select(i => set.Sequence(i).ToArray())
            .ToArray();
        foreach (var (view, measured) in new[]
        {
            (ContextView.LastToken, ceilings.LastToken), (ContextView.Bag, ceilings.Bag),
            (ContextView.Full, ceilings.Full),
        })
        {
            var law = Enumeration.Conditional(language, length, view);
            var correct = ordered.Select(x => law[Enumeration.Seen(view, x[..^1])])
                .Select((p, n) => Array.IndexOf(p, p.Max()) == ordered[n][^1] ? 1.0 : 0.0)
                .ToArray();
            Assert.Equal(correct.Average(), measured.Total, 1e-12);
            Assert.Equal(correct[..400].Average(), measured.Low, 1e-12);
            Assert.Equal(correct[^400..].Average(), measured.High, 1e-12);
        }
    }

    [Theory]
    [InlineData(Dynamics.Cyclic)]
    [InlineData(Dynamics.Homogeneous)]
    public void Of_one_chain_the_last_token_is_all_there_is_to_see(Dynamics dynamics)
    {
        var set = SequenceSet.Draw(new MarkovLanguage(4, dynamics), 5, 2000, 0.5, new Philox(4, "samples"));
        var ceilings = Ceilings.Of(Contexts.Distinct(set), new InformationGroups(set));
        Assert.Equal(ceilings.LastToken, ceilings.Bag);
        Assert.Equal(ceilings.LastToken, ceilings.Full);
    }

    [Fact]
    public void All_samples_have_the_ceilings_of_the_distinct_contexts()
    {
        var set = SequenceSet.Draw(new MarkovLanguage(5, Dynamics.Mixture), 8, 2000, 0.5, new Philox(5, "samples"));
        var groups = new InformationGroups(set);
        var counted = Ceilings.Of(Contexts.Distinct(set), groups);
        var listed = Ceilings.Of(Contexts.AllSamples(set), groups);
        foreach (var (left, right) in new[]
        {
            (counted.LastToken, listed.LastToken), (counted.Bag, listed.Bag), (counted.Full, listed.Full),
        })
        {
            Assert.Equal(left.Total, right.Total, 1e-12);
            Assert.Equal(left.Low, right.Low, 1e-12);
            Assert.Equal(left.High, right.High, 1e-12);
        }
    }

    [Fact]
    public void Where_all_symbols_are_equally_likely_the_ceiling_is_the_share_of_the_lowest()
    {
        var uniform = new TransitionMatrix(2, [0.5, 0.5, 0.5, 0.5]);
        var language = new MarkovLanguage(Dynamics.Mixture, uniform, uniform);
        var set = new SequenceSet(language, 3, [0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1]);
        var ceilings = Ceilings.Of(Contexts.Distinct(set), new InformationGroups(set, 0.25));
        Assert.Equal(new Accuracies(0.25, 1, 0), ceilings.LastToken);
        Assert.Equal(new Accuracies(0.25, 1, 0), ceilings.Bag);
        Assert.Equal(new Accuracies(0.25, 1, 0), ceilings.Full);
    }
}
