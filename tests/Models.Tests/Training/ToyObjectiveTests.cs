using Looped.Autodiff;
using Looped.Models.Attention;
using Looped.Models.Data;

namespace Looped.Models.Tests.Training;

public class ToyObjectiveTests
{
    [Theory]
    [InlineData(ToyArchitecture.Single)]
    [InlineData(ToyArchitecture.Looped)]
    public void Distinct_contexts_with_counts_are_all_samples(ToyArchitecture architecture)
    {
        using var task = new ToyTask(architecture, samples: 333);
        var all = ToyObjective.Of(task.Model, Contexts.AllSamples(task.Set), task.Embedding);
        Assert.True(all.Blocks.Count > 1, "several blocks, the last one filled up");
        var (loss, gradient) = task.Evaluate(task.Objective, task.Initial);
        var (lossOfAll, gradientOfAll) = task.Evaluate(all, task.Initial);
        Assert.Equal(loss, lossOfAll, 1e-12 * loss);
        Agree(gradient, gradientOfAll);
        Agree(Hessian(task, task.Objective), Hessian(task, all));
    }

    [Fact]
    public void The_size_of_blocks_changes_no_value()
    {
        using var task = new ToyTask();
        var contexts = Contexts.Distinct(task.Set);
        var expected = Hessian(task, task.Objective);
        foreach (var block in new[] { 1, 4, contexts.Count, 1000 })
        {
            var objective = ToyObjective.Of(
                task.Model, contexts.Tokens, contexts.Length, contexts.TargetCounts, task.Embedding, block);
            Agree(expected, Hessian(task, objective));
        }
    }

    [Fact]
    public void Both_models_start_from_the_same_numbers_of_variance_one_over_d()
    {
        const int Width = 60;
        using var task = new ToyTask();
        var (single, looped) = (Initial(ToyArchitecture.Single, false), Initial(ToyArchitecture.Looped, false));
        Assert.Equal(single, looped);
        Assert.Equal([.. single, 0.7], Initial(ToyArchitecture.Looped, true));
        Assert.Equal((3 * Width * Width) + (3 * Width), single.Length);
        Assert.Equal(1.0 / Width, single.Average(x => x * x), 0.05 / Width);

        double[] Initial(ToyArchitecture architecture, bool learnsGate)
        {
            var settings = new ToyModelSettings(architecture, Width, Gate: 0.7, LearnsGate: learnsGate);
            var embedding = ToyEmbedding.Random(1, 3, Width, 0);
            var objective = ToyObjective.Of(settings, Contexts.Distinct(task.Set), embedding);
            return ToyObjective.Initialize(settings, objective.Layout, 9);
        }
    }

    [Fact]
    public void A_learned_gate_has_the_loss_of_a_fixed_one_and_a_gradient_of_its_own()
    {
        using var task = new ToyTask();
        var contexts = Contexts.Distinct(task.Set);
        var learned = ToyObjective.Of(task.Model with { LearnsGate = true }, contexts, task.Embedding);
        const double Gate = 0.8, Step = 1e-5;
        var (loss, gradient) = task.Evaluate(learned, [.. task.Initial, Gate]);
        Assert.Equal(At(Gate), loss, 1e-14);
        Assert.Equal((At(Gate + Step) - At(Gate - Step)) / (2 * Step), gradient[^1], 1e-8);

        double At(double gate) =>
            task.Evaluate(ToyObjective.Of(task.Model with { Gate = gate }, contexts, task.Embedding), task.Initial).Loss;
    }

    [Fact]
    public void The_embedding_lays_a_term_on_each_position()
    {
        var plain = ToyEmbedding.Random(5, symbols: 3, width: 4, positions: 0);
        var placed = ToyEmbedding.Random(5, symbols: 3, width: 4, positions: 3);
        int[] tokens = [0, 1, 2, 2, 2, 0];
        var (without, with) = (plain.Embed(tokens, 3), placed.Embed(tokens, 3));
        double[] terms = [.. with.Zip(without, (a, b) => a - b)];
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(terms[i], terms[12 + i], 1e-15);
        }

        Assert.Equal(without[8..12], without[12..16]);
        Assert.Equal(3, terms[..12].Chunk(4).Select(term => term[0]).Distinct().Count());
        Assert.Equal(2.5, new ToyEmbedding([1, 2.5], 1).Embed([1], 1)[0]);
    }

    [Fact]
    public void Random_embeddings_have_variance_one_over_d()
    {
        var embedding = ToyEmbedding.Random(5, symbols: 100, width: 25, positions: 100);
        int[] tokens = [.. Enumerable.Range(0, 100)];
        Assert.Equal(2.0 / 25, embedding.Embed(tokens, 100).Average(x => x * x), 0.1 * 2 / 25);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var task = new ToyTask();
        var placed = ToyEmbedding.Random(5, 3, 3, positions: 2);
        Assert.Contains("2 positions", Refusal(() => placed.Embed([0, 1, 2], 3)));
        Assert.Contains("token 3", Refusal(() => placed.Embed([3], 1)));
        Assert.Contains("token -1", Refusal(() => placed.Embed([-1], 1)));
        Assert.Contains("rows of 3", Refusal(() => new ToyEmbedding([1, 2], 3)));
        Assert.Contains("positive sum", Refusal(() => ToyObjective.Of(task.Model, [0], 1, [0, 0, 0], task.Embedding)));
        Assert.Contains("5 counts", Refusal(() => ToyObjective.Of(task.Model, [0, 1], 1, new double[5], task.Embedding)));
        Assert.Contains("0 tokens", Refusal(() => ToyObjective.Of(task.Model, [], 1, [], task.Embedding)));
    }

    private static string Refusal(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    private static double[] Hessian(ToyTask task, Objective objective)
    {
        using var evaluator = new HessianEvaluator(objective, task.Backend, task.Team);
        var hessian = new double[task.Initial.Length * task.Initial.Length];
        evaluator.Evaluate(task.Initial, hessian);
        return hessian;
    }

    /// <summary>To 1e-12 in the norm of the whole.</summary>
    private static void Agree(double[] expected, double[] found)
    {
        var difference = expected.Zip(found, (a, b) => (a - b) * (a - b)).Sum();
        Assert.True(Math.Sqrt(difference / expected.Sum(x => x * x)) <= 1e-12);
    }
}
