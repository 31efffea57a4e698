using Looped.Analysis.Operators;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Operators;

/// <summary>Operators of models against closed forms and against Hessians that are computed in full.</summary>
public class ModelOperatorTests
{
    private static readonly CpuBackend Backend = new();

    public static TheoryData<int, int> BlocksAndDirections => new() { { 24, 1 }, { 24, 3 }, { 3, 8 }, { 2, 4 }, { 1, 5 } };

    [Theory]
    [MemberData(nameof(BlocksAndDirections))]
    public void Hessians_of_linear_models_are_their_closed_forms(int block, int directions)
    {
        using var team = new WorkerTeam(2);
        foreach (var model in (LogisticCase[])[LogisticCase.Logistic, LogisticCase.LeastSquares])
        {
            using var hessian = new HessianOperator(model.Objective(block), model.Theta, Backend, team, directions);
            Assert.Equal(directions, hessian.Directions);
            Formed.Agrees(model.Hessian(), Formed.Of(hessian), 1e-13);
            Formed.Agrees(model.Hessian(), Formed.OneByOne(hessian), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(BlocksAndDirections))]
    public void The_Gauss_Newton_matrix_of_a_linear_model_is_its_Hessian(int block, int directions)
    {
        using var team = new WorkerTeam(2);
        var model = LogisticCase.Logistic;
        using var ggn = new GaussNewtonOperator(
            model.Objective(block), LogisticCase.Through, model.Theta, Backend, team, directions);
        Formed.Agrees(model.Hessian(), Formed.Of(ggn), 1e-13);
        Formed.Agrees(model.Hessian(), Formed.OneByOne(ggn), 1e-13);
    }

    [Fact]
    public void The_empirical_Fisher_matrix_and_the_covariance_of_gradients_are_their_closed_forms()
    {
        using var team = new WorkerTeam(2);
        foreach (var model in (LogisticCase[])[LogisticCase.Logistic, LogisticCase.LeastSquares])
        {
            using var fisher = GradientOperator.Fisher(model.Objective(1), model.Theta, Backend, team);
            Formed.Agrees(model.Fisher(), Formed.Of(fisher), 1e-13);
            using var covariance = GradientOperator.Covariance(model.Objective(1), model.Theta, Backend, team);
            var g = model.Gradient();
            double[] expected = [.. model.Fisher().Select((f, k) => f - (g[k / g.Length] * g[k % g.Length]))];
            Formed.Agrees(expected, Formed.Of(covariance), 1e-13);
        }
    }

    [Fact]
    public void Samples_that_count_more_than_others_are_weighed()
    {
        // Two blocks of 18 and 6 samples' losses: as samples of their own with 3/4 and 1/4 of the weight.
        using var team = new WorkerTeam(1);
        var model = LogisticCase.LeastSquares;
        var fine = model.Objective(6);
        DataBlock[] uneven = [fine.Blocks[0], fine.Blocks[1]];
        var samples = new Objective(fine.Loss, uneven);
        using var evaluator = new GradientEvaluator(samples, Backend, team);
        var (values, gradients) = (new double[2], new double[2 * LogisticCase.Width]);
        evaluator.EvaluatePerBlock(model.Theta, values, gradients);
        double[] weights = [0.75, 0.25];
        using var fisher = GradientOperator.Fisher(samples, model.Theta, Backend, team, weights);
        var n = LogisticCase.Width;
        double[] expected = [.. Enumerable.Range(0, n * n).Select(k => Enumerable.Range(0, 2).Sum(b =>
            gradients[(b * n) + (k / n)] * gradients[(b * n) + (k % n)] / weights[b]))];
        Formed.Agrees(expected, Formed.Of(fisher), 1e-14);
        Assert.Throws<ArgumentException>(() => GradientOperator.Fisher(samples, model.Theta, Backend, team, [0.5, 0.6]));
    }

    [Fact]
    public void A_block_of_GPT2_has_the_operator_of_its_full_Hessian_and_layers_have_its_blocks()
    {
        var (objective, theta) = Gpt2(ElementType.Float64);
        var n = theta.Length;
        using var team = new WorkerTeam(2);
        var full = new double[n * n];
        using (var evaluator = new HessianEvaluator(objective, Backend, team))
        {
            evaluator.Evaluate(theta, full);
        }

        using var hessian = new HessianOperator(objective, theta, Backend, team, directions: 16);
        Formed.Agrees(full, Formed.Of(hessian), 1e-11);
        var layer = new RestrictedOperator(hessian, objective.Layout, name => name.StartsWith("h.0.mlp", StringComparison.Ordinal));
        int[] kept = [.. objective.Layout.Groups.Where(group => group.Name.StartsWith("h.0.mlp", StringComparison.Ordinal))
            .SelectMany(group => Enumerable.Range(group.Offset, group.Size))];
        Formed.Agrees([.. from i in kept from j in kept select full[(i * n) + j]], Formed.Of(layer), 1e-11);

        // At another theta the operator is another.
        var moved = Array.ConvertAll(theta, x => 1.1 * x);
        hessian.MoveTo(moved);
        using var there = new HessianOperator(objective, moved, Backend, team, directions: 16);
        Assert.Equal(Formed.Of(there), Formed.Of(hessian));
    }

    [Fact]
    public void In_single_precision_the_Hessian_is_the_same_to_single_precision()
    {
        using var team = new WorkerTeam(2);
        var (wide, theta) = Gpt2(ElementType.Float64);
        var (narrow, _) = Gpt2(ElementType.Float32);
        using var exact = new HessianOperator(wide, theta, Backend, team);
        using var rounded = new HessianOperator(narrow, theta, Backend, team);
        var (expected, actual) = (Formed.Of(exact), Formed.Of(rounded));
        Formed.Agrees(expected, actual, 1e-4);
        Assert.Contains(expected.Zip(actual), pair => Math.Abs(pair.First - pair.Second) > 1e-9 * Math.Abs(pair.First));
    }

    [Fact]
    public void The_Gauss_Newton_matrix_of_a_block_of_GPT2_has_no_negative_eigenvalue_and_its_Hessian_has()
    {
        using var team = new WorkerTeam(2);
        var (objective, theta) = Gpt2(ElementType.Float64);
        using var ggn = new GaussNewtonOperator(objective, Gpt2Model.Logits, theta, Backend, team, 16);
        using var hessian = new HessianOperator(objective, theta, Backend, team, 16);
        Assert.True(Smallest(ggn) > -1e-12);
        Assert.True(Smallest(hessian) < -1e-3);

        static double Smallest(ICurvatureOperator matrix) =>
            SymmetricEigen.Values(Matrices.Symmetrized(Formed.Of(matrix), matrix.Size), matrix.Size)[0];
    }

    [Fact]
    public void Products_do_not_depend_on_the_number_of_threads()
    {
        var (objective, theta) = Gpt2(ElementType.Float64);
        double[][] results = [.. new[] { 1, 2 }.Select(threads =>
        {
            using var team = new WorkerTeam(threads);
            using var hessian = new HessianOperator(objective, theta, Backend, team, directions: 4);
            return Formed.Of(new RestrictedOperator(hessian, (0, 6)));
        })];
        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void A_budget_narrows_batches_and_is_kept_or_refused()
    {
        using var team = new WorkerTeam(1);
        var (objective, theta) = Gpt2(ElementType.Float64);
        using var free = new HessianOperator(objective, theta, Backend, team, directions: 8);
        using var tight = new HessianOperator(objective, theta, Backend, team, directions: 8, free.PredictedBytes - 1);
        using var tightest = new HessianOperator(objective, theta, Backend, team, directions: 8, tight.PredictedBytes - 1);
        Assert.Equal((true, 8), (free.Keeps, free.Directions));
        Assert.Equal((false, 8), (tight.Keeps, tight.Directions));
        Assert.True(tightest.Directions < 8);
        Assert.True(tightest.PredictedBytes < tight.PredictedBytes);
        Formed.Agrees(Formed.Of(free), Formed.Of(tight), 1e-12);
        Formed.Agrees(Formed.Of(free), Formed.Of(tightest), 1e-12);

        foreach (var keeps in new[] { false, true })
        {
            using var evaluator = new HvpEvaluator(objective, 8, Backend, team, keeps);
            Assert.Equal(evaluator.Bytes, HvpEvaluator.PredictBytes(objective, 8, team, keeps), 0.1 * evaluator.Bytes);
        }

        Refuse("smaller blocks", () => new HessianOperator(objective, theta, Backend, team, 8, 1000));
        Refuse("fewer samples", () => GradientOperator.Fisher(objective, theta, Backend, team, default, 1000));

        static void Refuse(string advice, Func<object> make)
        {
            var failure = Assert.Throws<InvalidOperationException>(make);
            Assert.Contains("the budget of 1000: give " + advice, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Products_allocate_nothing()
    {
        using var team = new WorkerTeam(2);
        var (objective, theta) = Gpt2(ElementType.Float64);
        using var hessian = new HessianOperator(objective, theta, Backend, team, directions: 4);
        var layer = new RestrictedOperator(hessian, (0, 40));
        var shifted = new CombinedOperator(0.1, (2, layer));
        var (vectors, results) = (new double[3 * 40], new double[3 * 40]);
        Assert.Equal(0, Looped.Tests.Allocations.OfThread(() => shifted.ApplyBatch(vectors, 3, results)));
    }

    /// <summary>A looped block with weights that are not small, on five sequences in three blocks of data.</summary>
    private static (Objective Objective, double[] Theta) Gpt2(ElementType element)
    {
        var settings = new Gpt2Settings(Width: 4, Layers: 1, Heads: 2, Vocabulary: 5, Outputs: 4, Loops: 2);
        var random = new Philox(3, "data");
        int[] tokens = [.. Enumerable.Range(0, 20).Select(_ => random.NextInt(5))];
        int[] targets = [.. tokens.Select(_ => random.NextInt(5) - 1)];
        var objective = Gpt2Objective.Of(settings, tokens, targets, length: 4, block: 2, element);
        var theta = Gpt2Weights.Initialize(settings, 3).SelectMany(weights => weights).ToArray();
        return (objective, Array.ConvertAll(theta, value => value + (0.3 * random.NextNormal())));
    }
}
