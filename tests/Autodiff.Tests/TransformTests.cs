using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>The transformations beside gradient and tangent: each against the definition it abbreviates.</summary>
public class TransformTests
{
    private const double Tight = 1e-12;

    /// <summary>A layer with a nonlinearity: (5,3) features, (3,4) weights, 4 classes, logits an output of their own.</summary>
    private static readonly Program Layer = Program.Trace(tracer =>
    {
        var x = tracer.Data("x", new Shape(5, 3));
        var labels = tracer.Data("labels", new Shape(5, 4));
        var w = tracer.Parameter("w", new Shape(3, 4));
        var b = tracer.Parameter("b", new Shape(4));
        var logits = Op.Tanh(Op.MatMul(x, w)) + b;
        return [new Port("loss", Op.CrossEntropy(logits, labels)), new Port("logits", logits)];
    });

    private static Arguments Point(Program program)
    {
        var point = Arguments.Normal(program.Inputs, new Philox(3, "transforms"));
        if (program.Inputs.Any(input => input.Name == "labels"))
        {
            point["labels"] = [.. point["labels"].Select(Math.Abs)];
        }

        return point;
    }

    private static double[] Run(Program program, Arguments point) => Function.Run(program, new CpuBackend(), point);

    [Fact]
    public void A_vector_Jacobian_product_is_the_cotangent_times_the_Jacobian()
    {
        var vjp = new Program(Layer.Inputs, [Layer.Output("logits")]).Vjp(directions: null, "w");
        var point = Point(vjp);
        var jacobian = Run(Layer.Jacobian("logits", "w"), point);      // (5,4,3,4)
        var expected = new double[12];
        for (var y = 0; y < 20; y++)
        {
            for (var x = 0; x < 12; x++)
            {
                expected[x] += point["cotangent(logits)"][y] * jacobian[(y * 12) + x];
            }
        }

        Agree.Within(Tight, expected, Run(vjp, point));
    }

    [Fact]
    public void Batched_cotangents_are_single_ones_side_by_side()
    {
        var logits = new Program(Layer.Inputs, [Layer.Output("logits")]);
        var (single, batched) = (logits.Vjp(), logits.Vjp(directions: 3));
        var point = Point(batched);
        var together = new Function(batched, new CpuBackend()).ByName(point);
        for (var k = 0; k < 3; k++)
        {
            var one = point.With(new Arguments());
            one["cotangent(logits)"] = [.. point["cotangent(logits)"].Where((_, i) => i % 3 == k)];
            var alone = new Function(single, new CpuBackend()).ByName(one);
            foreach (var name in new[] { "grad(w)", "grad(b)" })
            {
                Agree.Within(Tight, alone[name], [.. together[name].Where((_, i) => i % 3 == k)]);
            }
        }
    }

    [Theory]
    [InlineData(2, 6)]
    [InlineData(6, 2)]
    [InlineData(1, 1)]
    public void A_Jacobian_is_the_matrix_of_central_differences_forward_and_in_reverse(int inputs, int outputs)
    {
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Parameter("x", new Shape(inputs));
            var a = tracer.Data("a", new Shape(outputs, inputs));
            return Op.Sqrt(Op.Exp(Op.Contract("oi,i->o", a, x)) + 1);
        });
        var point = Point(program);
        var jacobian = Run(program.Jacobian("value", "x"), point);
        for (var i = 0; i < inputs; i++)
        {
            var (up, down) = (Shifted(1e-6), Shifted(-1e-6));
            for (var o = 0; o < outputs; o++)
            {
                Assert.Equal((up[o] - down[o]) / 2e-6, jacobian[(o * inputs) + i], 1e-7);
            }

            double[] Shifted(double step)
            {
                var moved = point.With(new Arguments());
                moved["x"] = [.. point["x"].Select((value, j) => j == i ? value + step : value)];
                return Run(program, moved);
            }
        }
    }

    [Fact]
    public void Blocks_of_the_Hessian_make_the_whole_one()
    {
        var point = Point(Layer);
        var objective = new Objective(Layer, [new DataBlock(new Dictionary<string, double[]>
        {
            ["x"] = point["x"],
            ["labels"] = point["labels"],
        })]);
        using var team = new WorkerTeam(1);
        using var evaluator = new HessianEvaluator(objective, new CpuBackend(), team);
        var whole = new double[16 * 16];
        evaluator.Evaluate([.. point["w"], .. point["b"]], whole);
        var blocks = new Function(Layer.Hessian(), new CpuBackend()).ByName(point);
        foreach (var (row, rowStart, rows) in new[] { ("w", 0, 12), ("b", 12, 4) })
        {
            foreach (var (column, columnStart, columns) in new[] { ("w", 0, 12), ("b", 12, 4) })
            {
                var expected =
                    from i in Enumerable.Range(0, rows)
                    from j in Enumerable.Range(0, columns)
                    select whole[((rowStart + i) * 16) + columnStart + j];
                Agree.Within(Tight, [.. expected], blocks[$"hessian({row},{column})"]);
                Agree.Within(Tight, [.. expected], Run(Layer.HessianBlock(row, column), point));
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void A_Gauss_Newton_product_is_the_product_of_its_three_matrices(int? directions)
    {
        var program = Layer.GgnProduct("logits", directions);
        var point = Point(program);
        var jacobians = new[] { "w", "b" }.Select(p => Run(Layer.Jacobian("logits", p), point)).ToArray();
        var logits = new Function(Layer, new CpuBackend()).ByName(point)["logits"];
        var products = new Function(program, new CpuBackend()).ByName(point);
        var count = directions ?? 1;
        for (var k = 0; k < count; k++)
        {
            // J v, then the Hessian of softmax cross-entropy in the logits, n (diag p - p p'), then J'.
            var tangents = new[] { "w", "b" }
                .Select(p => point[$"tangent({p})"].Where((_, i) => i % count == k).ToArray()).ToArray();
            var pushed = new double[20];
            for (var y = 0; y < 20; y++)
            {
                pushed[y] = Dot(jacobians[0], y, tangents[0]) + Dot(jacobians[1], y, tangents[1]);
            }

            var curved = new double[20];
            for (var n = 0; n < 5; n++)
            {
                var powers = logits.Skip(4 * n).Take(4).Select(Math.Exp).ToArray();
                var p = powers.Select(power => power / powers.Sum()).ToArray();
                var weight = point["labels"].Skip(4 * n).Take(4).Sum();
                var mean = p.Select((share, c) => share * pushed[(4 * n) + c]).Sum();
                for (var c = 0; c < 4; c++)
                {
                    curved[(4 * n) + c] = weight * p[c] * (pushed[(4 * n) + c] - mean);
                }
            }

            for (var g = 0; g < 2; g++)
            {
                var size = tangents[g].Length;
                var expected = new double[size];
                for (var y = 0; y < 20; y++)
                {
                    for (var x = 0; x < size; x++)
                    {
                        expected[x] += jacobians[g][(y * size) + x] * curved[y];
                    }
                }

                var made = products[g == 0 ? "ggn(w)" : "ggn(b)"].Where((_, i) => i % count == k);
                Agree.Within(Tight, expected, [.. made]);
            }
        }

        static double Dot(double[] matrix, int row, double[] vector) =>
            vector.Select((v, x) => v * matrix[(row * vector.Length) + x]).Sum();
    }

    [Fact]
    public void The_gradient_of_a_quadratic_form_of_the_Hessian_is_a_third_derivative()
    {
        // loss = sum w^4: v'Hv = 12 sum w^2 v^2, whose gradient is 24 w v^2.
        var loss = Program.Trace(tracer =>
        {
            var w = tracer.Parameter("w", new Shape(3));
            return Op.Sum(w * w * (w * w));
        });
        var hvp = loss.Hvp();
        var form = new Program(
            hvp.Inputs, [new Port("form", Op.Sum(hvp.Input("tangent(w)").Value * hvp.Outputs[0].Value))]);
        var point = Point(form);
        Agree.Within(
            Tight,
            [.. point["w"].Zip(point["tangent(w)"], (w, v) => 24 * w * v * v)],
            Run(form.Gradient("w"), point));
    }

    [Fact]
    public void Per_block_gradients_of_one_sample_each_add_up_to_the_gradient()
    {
        var sample = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(3));
            var w = tracer.Parameter("w", new Shape(3));
            return Op.Tanh(Op.Sum(x * w));
        });
        var random = new Philox(5, "samples");
        var blocks = Enumerable.Range(0, 7)
            .Select(_ => new DataBlock(new Dictionary<string, double[]>
            {
                ["x"] = [random.NextNormal(), random.NextNormal(), random.NextNormal()],
            }))
            .ToArray();
        using var team = new WorkerTeam(2);
        using var evaluator = new GradientEvaluator(new Objective(sample, blocks), new CpuBackend(), team);
        double[] theta = [0.3, -0.2, 0.5];
        var (values, gradients, total) = (new double[7], new double[21], new double[3]);
        evaluator.EvaluatePerBlock(theta, values, gradients);
        var loss = evaluator.Evaluate(theta, total);
        Assert.Equal(loss, values.Sum(), 1e-14);
        for (var b = 0; b < 7; b++)
        {
            var x = blocks[b].Values["x"];
            var y = Math.Tanh(x.Zip(theta, (a, c) => a * c).Sum());
            Agree.Within(Tight, [.. x.Select(a => (1 - (y * y)) * a)], gradients[(3 * b)..(3 * (b + 1))]);
        }

        Agree.Within(Tight, [.. Enumerable.Range(0, 3).Select(i => gradients.Where((_, j) => j % 3 == i).Sum())], total);
    }

    [Fact]
    public void Names_that_nothing_can_be_differentiated_in_are_refused_in_a_sentence()
    {
        var program = Program.Trace(tracer =>
        {
            _ = tracer.Data("tokens", new Shape(2), ElementType.Int32);
            return Op.Sum(tracer.Parameter("w", new Shape(2)));
        });
        var error = Assert.Throws<ArgumentException>(() => program.Gradient("tokens"));
        Assert.Equal("derivatives are taken in real numbers, but 'tokens' is i32(2)", error.Message);
        Assert.Equal(error.Message, Assert.Throws<ArgumentException>(() => program.Jvp(null, "tokens")).Message);
    }

    [Fact]
    public void A_report_says_what_a_run_will_cost()
    {
        var program = Program.Trace(tracer => Op.Sum(Op.MatMul(
            tracer.Data("x", new Shape(8, 16)), tracer.Parameter("w", new Shape(16, 4)))));
        var report = ProgramReport.Of(program);
        Assert.Equal(64, report.Parameters);
        Assert.Equal(2, report.Operations);
        Assert.Equal((2 * 8 * 16 * 4) + 32, report.Flops);
        Assert.Equal(8 * ((128 + 64 + 32) + (32 + 1)), report.BytesMoved);
        using var executable = program.Compile(new CpuBackend());
        Assert.Equal(executable.Bytes, report.PeakBytes);
    }

    [Fact]
    public void A_checked_backend_names_the_function_that_first_made_a_NaN()
    {
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(2, 3));
            return Op.Sum(Op.Exp(Op.Log(x - 1)) * 2);
        });
        var checkedBackend = new CheckedBackend(new CpuBackend());
        var fine = new Arguments { ["x"] = [2, 3, 4, 5, 6, 7] };
        Assert.Equal(Run(program, fine), Function.Run(program, checkedBackend, fine));
        var negative = new Arguments { ["x"] = [2, 3, 0, 5, 6, 7] };
        var error = Assert.Throws<NumericsException>(() => Function.Run(program, checkedBackend, negative));
        Assert.Equal("Log was the first to make a NaN, in its result f64(2,3)", error.Message);
        var given = new Arguments { ["x"] = [2, 3, double.NaN, 5, 6, 7] };
        error = Assert.Throws<NumericsException>(() => Function.Run(program, checkedBackend, given));
        Assert.Contains("an input of the program holds one", error.Message);
    }
}
