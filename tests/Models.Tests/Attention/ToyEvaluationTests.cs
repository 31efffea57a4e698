using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Models.Tests.Attention;

public class ToyEvaluationTests
{
    private const int Width = 4;

    public static TheoryData<ToyArchitecture, int> Cases => new()
    {
        { ToyArchitecture.Single, 4 }, { ToyArchitecture.Looped, 4 }, { ToyArchitecture.Looped, 9 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_of_many_contexts_are_those_of_each_alone(ToyArchitecture architecture, int length)
    {
        var (set, embedding, model) = Case(architecture, length);
        var contexts = Contexts.AllSamples(set);
        Assert.True(contexts.Count > 2 * ToyPredictor.PreferredBlock);
        var theta = Theta(model, contexts, embedding);
        using var predictor = new ToyPredictor(model, contexts.Tokens, contexts.Length, embedding, new CpuBackend());
        var logits = predictor.Predict(theta).ToArray();
        Assert.Equal(contexts.Count * 3, logits.Length);
        var plain = new PlainToyModel(model, contexts.Length);
        for (var row = 0; row < contexts.Count; row += 7)
        {
            var expected = plain.LogProbabilities(theta, embedding.Embed(contexts.Context(row), contexts.Length));
            var own = logits.AsSpan(row * 3, 3).ToArray();
            var normalizer = Math.Log(own.Sum(Math.Exp));
            Assert.All(expected.Zip(own), pair => Assert.Equal(pair.First, pair.Second - normalizer, 1e-12));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_loss_is_the_objectives_and_distinct_contexts_have_that_of_all_samples(
        ToyArchitecture architecture, int length)
    {
        var (set, embedding, model) = Case(architecture, length);
        var (distinct, all) = (Contexts.Distinct(set), Contexts.AllSamples(set));
        var theta = Theta(model, distinct, embedding);
        var groups = new InformationGroups(set);
        using var counted = new ToyEvaluation(model, distinct, groups, embedding, new CpuBackend());
        using var listed = new ToyEvaluation(model, all, groups, embedding, new CpuBackend());
        var (value, _) = ToyCase.Gradient(ToyObjective.Of(model, all, embedding), theta);
        Assert.Equal(value, counted.Loss(theta), 1e-12);
        Assert.Equal(value, listed.Loss(theta), 1e-12);

        var (left, right) = (counted.Evaluate(theta).Accuracy, listed.Evaluate(theta).Accuracy);
        Assert.Equal(left.Total, right.Total, 1e-12);
        Assert.Equal(left.Low, right.Low, 1e-12);
        Assert.Equal(left.High, right.High, 1e-12);
    }

    [Fact]
    public void An_evaluation_allocates_nothing()
    {
        var (set, embedding, model) = Case(ToyArchitecture.Looped, 6);
        var contexts = Contexts.AllSamples(set);
        var theta = Theta(model, contexts, embedding);
        using var evaluation = new ToyEvaluation(
            model, contexts, new InformationGroups(set), embedding, new CpuBackend());
        evaluation.Evaluate(theta);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            evaluation.Evaluate(theta);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void More_positions_leave_the_terms_of_the_first_as_they_are()
    {
        int[] tokens = [0, 1, 2, 2, 1, 0];
        foreach (var width in new[] { 1, 3, 8 })
        {
            Assert.Equal(
                ToyEmbedding.Random(5, 3, width, positions: 3).Embed(tokens, 3),
                ToyEmbedding.Random(5, 3, width, positions: 31).Embed(tokens, 3));
        }
    }

    private static (SequenceSet Set, ToyEmbedding Embedding, ToyModelSettings Model) Case(
        ToyArchitecture architecture, int length) => (
        SequenceSet.Draw(new MarkovLanguage(6, Dynamics.Mixture), length, 600, 0.5, new Philox(6, "samples")),
        ToyEmbedding.Random(6, 3, Width, length - 1),
        new ToyModelSettings(architecture, Width));

    private static double[] Theta(ToyModelSettings model, Contexts contexts, ToyEmbedding embedding) =>
        ToyObjective.Initialize(model, ToyObjective.Of(model, contexts, embedding).Layout, 6);
}
