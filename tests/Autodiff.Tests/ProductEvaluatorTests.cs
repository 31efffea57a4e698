using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Products of many blocks and parameters, which are added in rounds and in pieces, and in two precisions.</summary>
public class ProductEvaluatorTests
{
    private const int Size = 20_001, Blocks = 19;

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    [InlineData(1, 2, true)]
    [InlineData(2, 3, false)]
    public void A_sum_of_quartics_has_a_diagonal_Hessian(int directions, int threads, bool keeps)
    {
        // Block b is the sum of c_bi w_i^4 / 12, so the Hessian holds the sums over b of c_bi w_i^2.
        var loss = Program.Trace(tracer =>
        {
            var c = tracer.Data("c", new Shape(Size));
            var w = tracer.Parameter("w", new Shape(Size));
            var square = w * w;
            return (1.0 / 12) * Op.Sum(c * square * square);
        });
        var random = new Philox(1, "quartics");
        DataBlock[] blocks = [.. Enumerable.Range(0, Blocks).Select(_ => new DataBlock(
            new Dictionary<string, double[]> { ["c"] = Draw(Size) }))];
        var (theta, vectors) = (Draw(Size), Draw(directions * Size));
        using var team = new WorkerTeam(threads);
        using var evaluator = new HvpEvaluator(new Objective(loss, blocks), directions, new CpuBackend(), team, keeps);
        var products = new double[vectors.Length];

        // Twice, since the second finds what the first left.
        evaluator.Evaluate(theta, Draw(vectors.Length), products);
        evaluator.Evaluate(theta, vectors, products);
        for (var i = 0; i < Size; i++)
        {
            var curvature = blocks.Sum(block => block.Values["c"][i]) * theta[i] * theta[i];
            for (var k = 0; k < directions; k++)
            {
                Assert.Equal(curvature * vectors[(k * Size) + i], products[(k * Size) + i], 1e-12);
            }
        }

        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_kept_at_one_theta_is_renewed_at_another_and_for_other_data(int directions)
    {
        var objective = AttentionLoss.Objective(blocks: 5, contexts: 3);
        var theta = AttentionLoss.Theta(objective);
        var random = new Philox(4, "vectors");
        var vectors = new double[directions * theta.Length];
        random.FillNormal(vectors, 1);
        using var team = new WorkerTeam(2);
        using var plain = new HvpEvaluator(objective, directions, new CpuBackend(), team);
        using var keeping = new HvpEvaluator(objective, directions, new CpuBackend(), team, keeps: true);
        Check();
        Check();
        theta = Array.ConvertAll(theta, x => x + (0.1 * random.NextNormal()));
        Check();
        foreach (var block in objective.Blocks)
        {
            foreach (var values in block.Values.Values)
            {
                Array.Reverse(values);
            }

            block.Revise();
        }

        Check();

        void Check()
        {
            var (expected, actual) = (new double[vectors.Length], new double[vectors.Length]);
            plain.Evaluate(theta, vectors, expected);
            keeping.Evaluate(theta, vectors, actual);
            Agree.Within(1e-13, expected, actual, "products");
        }
    }

    [Fact]
    public void The_late_stage_of_products_does_fewer_operations_and_both_stages_what_the_whole_does()
    {
        var whole = AttentionLoss.Of(3).Hvp();
        var staged = whole.StageTangents();
        Assert.NotNull(staged.Early);
        Assert.True(staged.Late.Flops < 0.8 * whole.Flops);
        Assert.Equal(whole.Flops, staged.Early.Flops + staged.Late.Flops);
        Assert.DoesNotContain(staged.Early.Inputs, input => input.Role == InputRole.Tangent);
    }

    [Fact]
    public void A_float32_program_behind_float64_gives_what_it_gives_on_rounded_inputs()
    {
        var program = Program.Trace(tracer =>
        {
            var c = tracer.Data("c", new Shape(3), ElementType.Float32);
            var index = tracer.Data("i", new Shape(3), ElementType.Int32);
            var w = tracer.Parameter("w", new Shape(4), ElementType.Float32);
            return Op.Sum(c * Op.Tanh(Op.Gather(w, index)));
        });
        var behind = program.BehindFloat64();
        Assert.Equal(ElementType.Float64, behind.Input("w").Type.Element);
        Assert.Equal(ElementType.Int32, behind.Input("i").Type.Element);
        Assert.Equal(ElementType.Float64, behind.Outputs[0].Type.Element);

        double[] c = [0.1, -0.7, 1.3], w = [0.3, 1.1, -0.2, 2];
        using var narrow = program.ValueAndGradient().Compile(new CpuBackend());
        using var wide = behind.ValueAndGradient().Compile(new CpuBackend());
        narrow.Input("c").Write<float>(Array.ConvertAll(c, x => (float)x));
        narrow.Input("w").Write<float>(Array.ConvertAll(w, x => (float)x));
        wide.Input("c").Write<double>(c);
        wide.Input("w").Write<double>(w);
        var (narrowGradient, wideGradient) = (new float[4], new double[4]);
        foreach (var run in new[] { narrow, wide })
        {
            run.Input("i").Write<int>([3, 0, 3]);
            run.Execute();
        }

        narrow.Output("grad(w)").Read<float>(narrowGradient);
        wide.Output("grad(w)").Read<double>(wideGradient);
        Assert.Equal(Array.ConvertAll(narrowGradient, x => (double)x), wideGradient);
    }
}
