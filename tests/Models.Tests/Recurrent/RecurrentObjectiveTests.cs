using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Tensors;

namespace Looped.Models.Tests.Recurrent;

public class RecurrentObjectiveTests
{
    private static readonly TaskBatch Batch = RecurrentCase.Batch(new Parity(), count: 5, longest: 4);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 2)]
    [InlineData(4, 1)]
    [InlineData(4, 8)]
    public void The_value_is_the_loss_by_its_definition_however_rows_are_grouped(int loops, int block)
    {
        var weights = RecurrentCase.Weights(5);
        var theta = weights.SelectMany(array => array).ToArray();
        var objective = RecurrentObjective.Of(RecurrentCase.Settings(loops), Batch, block);
        using var team = new WorkerTeam(2);
        using var evaluator = new GradientEvaluator(objective, new CpuBackend(), team);
        Assert.Equal(
            RecurrentCase.PlainLoss(weights, Batch, loops), evaluator.Evaluate(theta, new double[theta.Length]), 1e-12);
    }

    /// <summary>With h of 1e-6 central differences of the plain loss are right to about 1e-8.</summary>
    [Fact]
    public void Gradient_and_Hessian_vector_product_are_differences_of_the_plain_loss_and_of_the_gradient()
    {
        const int Loops = 3;
        const double Step = 1e-6;
        var theta = RecurrentCase.Weights(6).SelectMany(array => array).ToArray();
        var random = new Philox(2, "direction");
        var direction = Array.ConvertAll(theta, _ => random.NextNormal());
        var objective = RecurrentObjective.Of(RecurrentCase.Settings(Loops), Batch, block: 2);
        using var team = new WorkerTeam(1);
        using var evaluator = new GradientEvaluator(objective, new CpuBackend(), team);
        using var products = new HvpEvaluator(objective, 1, new CpuBackend(), team);
        var (gradient, before, after, product) =
            (new double[theta.Length], new double[theta.Length], new double[theta.Length], new double[theta.Length]);
        evaluator.Evaluate(theta, gradient);
        products.Evaluate(theta, direction, product);
        evaluator.Evaluate(Moved(-Step), before);
        evaluator.Evaluate(Moved(Step), after);
        Assert.Equal(
            (Plain(Moved(Step)) - Plain(Moved(-Step))) / (2 * Step),
            gradient.Zip(direction, (g, v) => g * v).Sum(),
            1e-7);
        var scale = product.Max(Math.Abs);
        for (var i = 0; i < product.Length; i++)
        {
            Assert.Equal((after[i] - before[i]) / (2 * Step), product[i], 1e-6 * scale);
        }

        double[] Moved(double by) => [.. theta.Zip(direction, (value, v) => value + (by * v))];

        double Plain(double[] at) => RecurrentCase.PlainLoss(
            [.. objective.Layout.Groups.Select(group => at[group.Offset..(group.Offset + group.Size)])], Batch, Loops);
    }

    [Fact]
    public void One_loop_computed_in_float32_is_one_loop_up_to_rounding()
    {
        var theta = RecurrentCase.Weights(7).SelectMany(array => array).ToArray();
        using var team = new WorkerTeam(1);
        var losses = ((ElementType[])[ElementType.Float32, ElementType.Float64]).Select(element =>
        {
            using var evaluator = new GradientEvaluator(
                RecurrentObjective.Of(RecurrentCase.Settings(2), Batch, 2, element), new CpuBackend(), team);
            return evaluator.Evaluate(theta, new double[theta.Length]);
        }).ToList();
        Assert.NotEqual(losses[1], losses[0]);
        Assert.Equal(losses[1], losses[0], 1e-5);
    }

    [Fact]
    public void A_batch_with_symbols_that_the_model_does_not_have_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(
            () => RecurrentObjective.Of(new Gpt2Settings(8, 1, 2, 3, 6), Batch, 2));
        Assert.Contains("3 symbols read and 6 predicted", error.Message, StringComparison.Ordinal);
    }
}
