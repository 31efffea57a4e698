using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Optimizers;
using Looped.Models.Training;
using Looped.Tensors;

namespace Looped.Models.Tests.Training;

/// <summary>
/// Counted operations against a count by hand, in the letters N contexts, L tokens, width d, V symbols. A product costs
/// two operations for each of its multiply-adds, any other element one, a log-softmax five.
/// </summary>
public class TrainingCostTests
{
    [Theory]
    [InlineData(3, 2)]
    [InlineData(8, 3)]
    [InlineData(5, 6)]
    public void Single_costs_its_products_forward_and_back(int width, int length)
    {
        var (count, flops) = Count(new ToyModelSettings(ToyArchitecture.Single, width), length);
        var (n, l, d, v) = (count, length, width, 3);

        // W_Q'W_K and its two cotangents; z'W and W_V with their cotangents, less that into the data; scores and mixture
        // with theirs, less those into the data; head; loss and its weights.
        var products = (3 * d * d * d) + (5 * n * d * d) + (4 * n * l * d) + (3 * n * v * d) + (2 * n * v);

        // Log-softmax, exponential, sum, product and difference of the cross-entropy and its cotangent.
        Assert.Equal((2 * products) + (9 * n * v), flops);
    }

    [Theory]
    [InlineData(3, 2, 3)]
    [InlineData(8, 3, 3)]
    [InlineData(4, 5, 2)]
    [InlineData(5, 4, 6)]
    public void Looped_costs_all_tokens_in_each_loop_but_the_last(int width, int length, int loops)
    {
        var (count, flops) = Count(new ToyModelSettings(ToyArchitecture.Looped, width, Loops: loops), length);
        var (n, l, d, v, m) = (count, length, width, 3, loops - 1);

        // Of m loops over all tokens each has two products with weights and two with tokens, and twice as many back; in
        // the first, tokens are data: one and two of those are not needed.
        var full = (((6 * m) - 1) * n * l * d * d) + (((6 * m) - 2) * n * l * l * d);
        var last = (6 * n * d * d) + (6 * n * l * d);
        var products = (3 * d * d * d) + full + last + (3 * n * v * d) + (2 * n * v);

        // Residuals; cotangents that meet at tokens and at W_V and W_Q'W_K.
        var sums = (m * n * l * d) + (n * d) + (2 * n * l * d) + (n * d) + (3 * (m - 1) * n * l * d) + (2 * m * d * d);
        Assert.Equal((2 * products) + sums + (9 * n * v), flops);
    }

    [Fact]
    public void Update_rules_cost_so_many_operations_a_parameter()
    {
        const int Size = 11;
        foreach (var (rule, each) in new (OptimizerSettings, int)[]
        {
            (new GradientDescent(0.1), 2), (new Momentum(0.1), 4), (new Adam(0.1), 13), (new AdamW(0.1), 14),
        })
        {
            using var optimizer = new Optimizer(rule, Size, new CpuBackend());
            Assert.Equal(each * Size, optimizer.Flops);
        }
    }

    [Fact]
    public void Blocks_cost_their_sum()
    {
        using var team = new WorkerTeam(1);
        var model = new ToyModelSettings(ToyArchitecture.Single, 3);
        var embedding = ToyEmbedding.Random(1, 3, 3, 0);
        int[] tokens = [0, 1, 2, 0, 1, 1, 2, 2];
        double[] counts = [.. Enumerable.Repeat(1.0, 12)];
        using var whole = Trainer(4);
        using var halves = Trainer(2);
        using var half = new Trainer(
            ToyObjective.Of(model, tokens.AsSpan(0, 4), 2, counts.AsSpan(0, 6), embedding),
            new Adam(0.1),
            new double[36],
            new CpuBackend(),
            team);
        const long Update = 13 * 36;
        Assert.Equal((2 * (half.UpdateFlops - Update)) + 37 + Update, halves.UpdateFlops);
        Assert.True(whole.UpdateFlops < halves.UpdateFlops);

        Trainer Trainer(int block) => new(
            ToyObjective.Of(model, tokens, 2, counts, embedding, block),
            new Adam(0.1),
            new double[36],
            new CpuBackend(),
            team);
    }

    /// <summary>Contexts and operations of one evaluation of loss and gradient.</summary>
    private static (int Contexts, long Flops) Count(ToyModelSettings model, int length)
    {
        var set = SequenceSet.Draw(
            new MarkovLanguage(3, Dynamics.Cyclic), length + 1, 20, alpha: 0.5, new Philox(3, "samples"));
        var contexts = Contexts.Distinct(set);
        var objective = ToyObjective.Of(model, contexts, ToyEmbedding.Random(3, 3, model.Width, 0));
        using var team = new WorkerTeam(1);
        using var trainer = new Trainer(
            objective, new GradientDescent(0.1), new double[objective.Layout.Size], new CpuBackend(), team);
        return (contexts.Count, trainer.UpdateFlops - (2 * objective.Layout.Size));
    }
}
