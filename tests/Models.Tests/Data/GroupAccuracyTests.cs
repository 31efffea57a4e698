using FsCheck;
using FsCheck.Fluent;
using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Models.Tests.Data;

public class GroupAccuracyTests
{
    private static readonly SequenceSet Set =
        SequenceSet.Draw(new MarkovLanguage(1, Dynamics.Mixture), 4, 1000, 0.5, new Philox(1, "samples"));

    private static readonly Contexts Distinct = Contexts.Distinct(Set);

    private static readonly InformationGroups Groups = new(Set);

    /// <summary>Logits of few values, so that ties are common.</summary>
    private static readonly Arbitrary<double[]> Logits =
        Gen.Choose(-2, 2).Select(logit => logit / 2.0).ArrayOf(Distinct.Count * 3).ToArbitrary();

    [Fact]
    public void Accuracies_are_shares_of_correct_samples() =>
        Prop.ForAll(Logits, logits =>
        {
            // One truth value a sample, in the order of (IC, sequence index).
            var rows = Enumerable.Range(0, Distinct.Count)
                .ToDictionary(row => string.Join(',', Distinct.Context(row).ToArray()));
            var correct = Enumerable.Range(0, Set.SampleCount)
                .Select(n => Set.SampleSequences[n])
                .OrderBy(i => Set.InformationContents[i])
                .ThenBy(i => i)
                .Select(i => Set.Sequence(i).ToArray())
                .Select(x => (Target: x[^1], Logits: logits[(3 * rows[string.Join(',', x[..^1])])..][..3]))
                .Select(x => Array.IndexOf(x.Logits, x.Logits.Max()) == x.Target ? 1.0 : 0.0)
                .ToArray();
            var accuracies = new GroupAccuracy(Distinct, Groups).Measure(logits);
            return Close(accuracies.Total, correct.Average())
                && Close(accuracies.Low, correct[..400].Average())
                && Close(accuracies.High, correct[^400..].Average());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Distinct_contexts_with_counts_and_all_samples_have_the_same_accuracies() =>
        Prop.ForAll(Logits, Gen.Choose(1, 50).Select(k => k / 100.0).ToArbitrary(), (logits, fraction) =>
        {
            var all = Contexts.AllSamples(Set);
            var rows = Enumerable.Range(0, Distinct.Count)
                .ToDictionary(row => string.Join(',', Distinct.Context(row).ToArray()));
            var allLogits = Enumerable.Range(0, all.Count)
                .SelectMany(n => logits[(3 * rows[string.Join(',', all.Context(n).ToArray())])..][..3])
                .ToArray();
            var groups = new InformationGroups(Set, fraction);
            var counted = new GroupAccuracy(Distinct, groups).Measure(logits);
            var listed = new GroupAccuracy(all, groups).Measure(allLogits);
            return Close(counted.Total, listed.Total)
                && Close(counted.Low, listed.Low)
                && Close(counted.High, listed.High);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_logits_predict_the_lowest_symbol()
    {
        var accuracies = new GroupAccuracy(Distinct, Groups).Measure(new double[Distinct.Count * 3]);
        var zeros = Enumerable.Range(0, Set.Count).Where(i => Set.Sequence(i)[^1] == 0).Sum(i => Set.Counts[i]);
        Assert.Equal(zeros / 1000.0, accuracies.Total, 1e-15);
    }

    [Fact]
    public void A_logit_that_is_not_a_number_is_no_prediction()
    {
        var logits = Enumerable.Repeat(0.0, Distinct.Count * 3).ToArray();
        for (var row = 0; row < Distinct.Count; row++)
        {
            logits[(3 * row) + 2] = double.NaN;
        }

        Assert.Equal(new Accuracies(0, 0, 0), new GroupAccuracy(Distinct, Groups).Measure(logits));
    }

    [Fact]
    public void Measuring_allocates_nothing()
    {
        var accuracy = new GroupAccuracy(Distinct, Groups);
        var logits = new double[Distinct.Count * 3];
        Assert.Equal(0, Allocations.OfThread(() => accuracy.Measure(logits)));
    }

    [Fact]
    public void Logits_of_another_number_and_groups_of_another_set_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new GroupAccuracy(Distinct, Groups).Measure(new double[3]));
        var other = new SequenceSet(Set.Language, 4, Set.Samples());
        Assert.Throws<ArgumentException>(() => new GroupAccuracy(Distinct, new InformationGroups(other)));
    }

    private static bool Close(double left, double right) => Math.Abs(left - right) < 1e-12;
}
