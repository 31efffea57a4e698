using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>What the evaluators of derivatives make of an objective.</summary>
public class EvaluatorTests
{
    private static readonly Objective Blocks = AttentionLoss.Objective(blocks: 5, contexts: 3);
    private static readonly double[] Theta = AttentionLoss.Theta(Blocks);

    [Fact]
    public void Simplification_changes_neither_gradient_nor_Hessian()
    {
        var plain = AttentionLoss.Objective(blocks: 5, contexts: 3, simplify: false);
        Agree.Within(
            1e-13, Curvature.Gradient(plain, Theta).Gradient, Curvature.Gradient(Blocks, Theta).Gradient, "gradient");
        Agree.Within(1e-13, Curvature.Hessian(plain, Theta), Curvature.Hessian(Blocks, Theta), "Hessian");
        var identity = Curvature.Identity(Theta.Length);
        Agree.Within(
            1e-13, Curvature.Products(plain, Theta, identity), Curvature.Products(Blocks, Theta, identity), "products");
    }

    [Fact]
    public void Unfused_execution_gives_the_same_gradient_and_products()
    {
        var loss = AttentionLoss.Of(3);
        var random = new Philox(2, "point");
        foreach (var program in (Program[])[loss.ValueAndGradient(), loss.Hvp(2)])
        {
            var point = Arguments.Draw(program.Inputs, () => 0.5 * random.NextNormal());
            var expected = Interpreter.Run(program, point);
            foreach (var backend in PoisonedBackend.All)
            {
                Agree.Within(1e-13, expected, Function.Run(program, backend, point), backend.Name);
            }
        }
    }

    [Fact]
    public void The_Hessian_is_the_products_with_unit_vectors() => Agree.Within(
        1e-13,
        Curvature.Products(Blocks, Theta, Curvature.Identity(Theta.Length)),
        Curvature.Hessian(Blocks, Theta),
        "Hessian");

    [Fact]
    public void The_sum_over_blocks_is_the_sum_of_the_blocks()
    {
        Objective[] single = [.. Blocks.Blocks.Select(block => new Objective(Blocks.Loss, [block]))];
        Agree.Within(
            1e-13,
            [single.Sum(block => Curvature.Gradient(block, Theta).Value)],
            [Curvature.Gradient(Blocks, Theta).Value],
            "value");
        Agree.Within(
            1e-13,
            Sum(single.Select(block => Curvature.Gradient(block, Theta).Gradient)),
            Curvature.Gradient(Blocks, Theta).Gradient,
            "gradient");
        Agree.Within(
            1e-13,
            Sum(single.Select(block => Curvature.Hessian(block, Theta))),
            Curvature.Hessian(Blocks, Theta),
            "Hessian");
        Agree.Within(
            1e-13,
            Sum(single.Select(block => Curvature.Products(block, Theta, Theta))),
            Curvature.Products(Blocks, Theta, Theta),
            "product");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Bits_do_not_depend_on_the_number_of_threads(int threads)
    {
        Assert.Equal(Curvature.Gradient(Blocks, Theta).Gradient, Curvature.Gradient(Blocks, Theta, threads).Gradient);
        Assert.Equal(Curvature.Gradient(Blocks, Theta).Value, Curvature.Gradient(Blocks, Theta, threads).Value);
        Assert.Equal(Curvature.Hessian(Blocks, Theta), Curvature.Hessian(Blocks, Theta, threads));
        Assert.Equal(Curvature.Products(Blocks, Theta, Theta), Curvature.Products(Blocks, Theta, Theta, threads));
    }

    [Fact]
    public void A_smaller_budget_makes_smaller_chunks_of_the_same_Hessian()
    {
        using var team = new WorkerTeam(2);
        using var ample = new HessianEvaluator(Blocks, PoisonedBackend.Cpu256, team);
        using var tight = new HessianEvaluator(Blocks, PoisonedBackend.Cpu256, team, ample.Bytes - 1);
        Assert.True(tight.Directions < ample.Directions);
        Assert.True(tight.Bytes < ample.Bytes);
        var (expected, actual) = (new double[Theta.Length * Theta.Length], new double[Theta.Length * Theta.Length]);
        ample.Evaluate(Theta, expected);
        tight.Evaluate(Theta, actual);
        Agree.Within(1e-13, expected, actual, "Hessian");
    }

    [Fact]
    public void A_budget_for_no_chunk_at_all_is_refused_with_both_numbers()
    {
        using var team = new WorkerTeam(1);
        var message = Assert.Throws<InvalidOperationException>(
            () => new HessianEvaluator(Blocks, PoisonedBackend.Cpu256, team, 1000)).Message;
        Assert.Matches(@"need \d{4,} bytes, more than the budget of 1000", message);
    }

    [Fact]
    public void Data_changed_in_place_are_read_again_once_revised()
    {
        var objective = AttentionLoss.Objective(blocks: 1, contexts: 3);
        using var team = new WorkerTeam(1);
        using var evaluator = new GradientEvaluator(objective, PoisonedBackend.Cpu256, team);
        var gradient = new double[Theta.Length];
        var before = evaluator.Evaluate(Theta, gradient);
        var weights = objective.Blocks[0].Values["weights"];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] *= 2;
        }

        objective.Blocks[0].Revise();
        Agree.Within(1e-14, [2 * before], [evaluator.Evaluate(Theta, gradient)], "value");
    }

    [Fact]
    public void Vectors_of_wrong_length_are_refused()
    {
        using var team = new WorkerTeam(1);
        using var gradient = new GradientEvaluator(Blocks, PoisonedBackend.Cpu256, team);
        using var products = new HvpEvaluator(Blocks, 2, PoisonedBackend.Cpu256, team);
        using var hessian = new HessianEvaluator(Blocks, PoisonedBackend.Cpu256, team);
        var size = Theta.Length;
        var (right, two) = (new double[size], new double[2 * size]);
        foreach (var wrong in (double[][])[new double[size - 1], new double[size + 1]])
        {
            Action[] misuses =
            [
                () => gradient.Evaluate(wrong, right), () => gradient.Evaluate(right, wrong),
                () => products.Evaluate(wrong, two, new double[2 * size]),
                () => products.Evaluate(right, [.. right, .. wrong], new double[2 * size]),
                () => products.Evaluate(right, two, [.. right, .. wrong]),
                () => hessian.Evaluate(wrong, new double[size * size]),
                () => hessian.Evaluate(right, wrong),
            ];
            foreach (var misuse in misuses)
            {
                var message = Assert.Throws<ArgumentException>(misuse).Message;
                Assert.Contains($"{size}", message);
            }
        }
    }

    [Fact]
    public void Objectives_name_what_is_wrong_with_them()
    {
        var vector = Program.Trace(tracer => tracer.Parameter("w", new Shape(2)));
        Assert.Contains("f64(2)", Assert.Throws<ArgumentException>(() => new Objective(vector, [])).Message);

        var loss = Program.Trace(tracer =>
            Op.Sum(tracer.Parameter("w", new Shape(2)) * tracer.Data("x", new Shape(2))));
        Assert.Contains("block", Assert.Throws<ArgumentException>(() => new Objective(loss, [])).Message);
        foreach (var block in new[] { new Dictionary<string, double[]>(), new() { ["x"] = new double[3] } })
        {
            var message = Assert.Throws<ArgumentException>(() => new Objective(loss, [new DataBlock(block)])).Message;
            Assert.Contains("2 numbers for 'x'", message);
        }

        var single = Program.Trace(tracer => Op.Sum(tracer.Parameter("w", new Shape(2), ElementType.Float32)));
        Assert.Contains("'w' is f32(2)", Assert.Throws<ArgumentException>(
            () => new Objective(single, [new DataBlock(new Dictionary<string, double[]>())])).Message);

        var constant = Program.Trace(tracer => Op.Sum(tracer.Data("x", new Shape(2))));
        Assert.Contains("parameter", Assert.Throws<ArgumentException>(
            () => new Objective(constant, [new DataBlock(new Dictionary<string, double[]> { ["x"] = [1, 2] })])).Message);
    }

    private static double[] Sum(IEnumerable<double[]> arrays) =>
        arrays.Aggregate((total, array) => [.. total.Zip(array, (a, b) => a + b)]);
}
