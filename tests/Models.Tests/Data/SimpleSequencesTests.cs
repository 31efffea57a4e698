using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Models.Tests.Data;

public class SimpleSequencesTests
{
    [Theory]
    [CombinatorialDynamics(4, 5, 7)]
    public void Accuracies_are_shares_of_the_samples_at_and_under_the_bound(Dynamics dynamics, int length)
    {
        const int Count = 800;
        var set = SequenceSet.Draw(new MarkovLanguage(9, dynamics), length, Count, 0.5, new Philox(9, "samples"));
        var samples = Enumerable.Range(0, Count).Select(n => set.Sequence(set.SampleSequences[n]).ToArray()).ToArray();
        double Information(int[] x) => -Math.Log2(Enumeration.Probability(set.Language, x));
        var bound = set.InformationContents[set.SampleSequences[0]];
        var simple = samples.Where(x => Information(x) <= bound + 1e-9).ToArray();

        // Some fixed predictor: the last token of the context, or the first.
        foreach (var contexts in new[] { Contexts.Distinct(set), Contexts.AllSamples(set) })
        {
            var measure = new SimpleSequences(contexts, bound);
            Assert.Equal(simple.Length / (double)Count, measure.Share, 1e-12);
            foreach (var position in new[] { 0, length - 2 })
            {
                var logits = new double[contexts.Count * 3];
                for (var row = 0; row < contexts.Count; row++)
                {
                    logits[(3 * row) + contexts.Context(row)[position]] = 1;
                }

                var (total, among) = measure.Measure(logits);
                Assert.Equal(samples.Average(x => x[position] == x[^1] ? 1.0 : 0), total, 1e-12);
                Assert.Equal(simple.Average(x => x[position] == x[^1] ? 1.0 : 0), among, 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(ContextView.LastToken)]
    [InlineData(ContextView.Bag)]
    [InlineData(ContextView.Full)]
    public void Ceilings_of_simple_sequences_are_those_of_the_enumerated_law(ContextView view)
    {
        const int Length = 6;
        var set = SequenceSet.Draw(
            new MarkovLanguage(2, Dynamics.Mixture), Length, 1000, 0.5, new Philox(2, "samples"));
        var bound = set.InformationContents[set.SampleSequences[1]];
        var law = Enumeration.Conditional(set.Language, Length, view);
        var (right, count) = (0, 0);
        for (var n = 0; n < set.SampleCount; n++)
        {
            var x = set.Sequence(set.SampleSequences[n]).ToArray();
            if (-Math.Log2(Enumeration.Probability(set.Language, x)) <= bound + 1e-9)
            {
                var p = law[Enumeration.Seen(view, x[..^1])];
                right += Array.IndexOf(p, p.Max()) == x[^1] ? 1 : 0;
                count++;
            }
        }

        var contexts = Contexts.Distinct(set);
        var measure = new SimpleSequences(contexts, bound);
        Assert.Equal(right / (double)count, measure.Measure(Ceilings.Predictions(contexts, view)).Simple, 1e-12);
    }

    [Fact]
    public void Where_no_sequence_is_simple_there_is_no_accuracy_on_simple_ones()
    {
        var set = SequenceSet.Draw(new MarkovLanguage(2, Dynamics.Cyclic), 5, 100, 0.5, new Philox(2, "samples"));
        var contexts = Contexts.Distinct(set);
        var measure = new SimpleSequences(contexts, 0.5);
        var (total, simple) = measure.Measure(new double[contexts.Count * 3]);
        Assert.Equal(0, measure.Share);
        Assert.Equal(double.NaN, simple);
        Assert.True(double.IsFinite(total));
    }

    [Fact]
    public void Logits_of_another_number_of_contexts_are_refused()
    {
        var set = SequenceSet.Draw(new MarkovLanguage(2, Dynamics.Cyclic), 4, 100, 0.5, new Philox(2, "samples"));
        var measure = new SimpleSequences(Contexts.Distinct(set), 5);
        Assert.Throws<ArgumentException>(() => measure.Measure(new double[3]));
    }
}
