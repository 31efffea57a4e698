using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>What operations compute, element by element.</summary>
public class ForwardTests
{
    [Fact]
    public void Elementwise_operations_are_those_of_numbers() => Check(
        [new(2, 3), new(3)],
        v => [v[0] + v[1], v[0] - v[1], v[0] * v[1], v[0] / v[1], 2 * v[0], v[0] / 4, v[0] + 0.5, 0.5 - v[0], -v[0]],
        new(2, 3),
        [
            (a, i) => a[0][i] + a[1][i % 3], (a, i) => a[0][i] - a[1][i % 3], (a, i) => a[0][i] * a[1][i % 3],
            (a, i) => a[0][i] / a[1][i % 3], (a, i) => 2 * a[0][i], (a, i) => a[0][i] / 4, (a, i) => a[0][i] + 0.5,
            (a, i) => 0.5 - a[0][i], (a, i) => -a[0][i],
        ]);

    [Fact]
    public void Functions_are_those_of_the_class_library() => Check(
        [new(7)],
        v =>
        [
            Op.Exp(v[0]), Op.Log(v[0]), Op.Sqrt(v[0]), Op.Tanh(v[0]), Op.Sin(v[0]), Op.Cos(v[0]), Op.Power(v[0], 2.5),
            Op.Rsqrt(v[0]), Op.Relu(v[0] - 0.5), Op.Max(v[0], Op.Cos(v[0])), Op.Min(v[0], Op.Cos(v[0])),
        ],
        new(7),
        [
            (a, i) => Math.Exp(a[0][i]), (a, i) => Math.Log(a[0][i]), (a, i) => Math.Sqrt(a[0][i]),
            (a, i) => Math.Tanh(a[0][i]), (a, i) => Math.Sin(a[0][i]), (a, i) => Math.Cos(a[0][i]),
            (a, i) => Math.Pow(a[0][i], 2.5), (a, i) => 1 / Math.Sqrt(a[0][i]), (a, i) => Math.Max(0, a[0][i] - 0.5),
            (a, i) => Math.Max(a[0][i], Math.Cos(a[0][i])), (a, i) => Math.Min(a[0][i], Math.Cos(a[0][i])),
        ]);

    [Fact]
    public void Comparisons_choose_branches() => Check(
        [new(7), new(7)],
        v =>
        [
            Op.Greater(v[0], v[1]), Op.Equal(v[0], v[0]), Op.Equal(v[0], v[1]),
            Op.Where(Op.Greater(v[0], v[1]), v[1], v[0] + 3),
        ],
        new(7),
        [
            (a, i) => a[0][i] > a[1][i] ? 1 : 0, (_, _) => 1, (_, _) => 0,
            (a, i) => a[0][i] > a[1][i] ? a[1][i] : a[0][i] + 3,
        ]);

    [Fact]
    public void Reductions_remove_their_axes()
    {
        Func<Value, Value>[] builds = [x => Op.Mean(x, [0, 2]), x => Op.Max(x, [0, 2]), x => Op.LogSumExp(x, [0, 2])];
        Func<double[], double>[] formulas =
            [x => x.Average(), x => x.Max(), x => Math.Log(x.Sum(Math.Exp))];
        for (var f = 0; f < builds.Length; f++)
        {
            var formula = formulas[f];
            CheckIndices([new(2, 3, 4)], v => builds[f](v[0]), new(3), (a, i) => formula(
            [
                a(0, 0, i[0], 0), a(0, 0, i[0], 1), a(0, 0, i[0], 2), a(0, 0, i[0], 3),
                a(0, 1, i[0], 0), a(0, 1, i[0], 1), a(0, 1, i[0], 2), a(0, 1, i[0], 3),
            ]));
        }
    }

    [Fact]
    public void A_concatenation_puts_parts_one_after_the_other() => CheckIndices(
        [new(2, 3), new(2, 4)],
        v => Op.Concatenate(1, v[0], v[1]),
        new(2, 7),
        (a, i) => i[1] < 3 ? a(0, i[0], i[1]) : a(1, i[0], i[1] - 3));
    [Fact]
    public void A_reshape_keeps_row_major_order() => Check(
        [new(2, 3, 4)], v => [Op.Reshape(v[0], new(6, 4))], new(6, 4), [(a, i) => a[0][i]]);

    [Fact]
    public void Axis_i_of_a_transpose_is_axis_order_i_of_the_operand() => CheckIndices(
        [new(2, 3, 4)], v => Op.Transpose(v[0], [2, 0, 1]), new(4, 2, 3), (a, i) => a(0, i[1], i[2], i[0]));

    [Fact]
    public void A_slice_starts_at_its_start() => CheckIndices(
        [new(2, 5)], v => Op.Slice(v[0], 1, 2, 3), new(2, 3), (a, i) => a(0, i[0], i[1] + 2));

    [Fact]
    public void An_index_removes_its_axis() => CheckIndices(
        [new(2, 5, 3)], v => Op.Index(v[0], 1, 4), new(2, 3), (a, i) => a(0, i[0], 4, i[1]));

    [Fact]
    public void Padding_puts_zeros_before_and_after() => CheckIndices(
        [new(2, 3)], v => Op.Pad(v[0], 1, 1, 2), new(2, 6), (a, i) => i[1] is >= 1 and < 4 ? a(0, i[0], i[1] - 1) : 0);

    [Fact]
    public void Broadcasting_repeats_outer_axes_and_axes_of_extent_one() => CheckIndices(
        [new(3, 1)], v => Op.BroadcastTo(v[0], new(2, 3, 4)), new(2, 3, 4), (a, i) => a(0, i[1], 0));

    [Fact]
    public void A_sum_removes_its_axes() => CheckIndices(
        [new(2, 3, 4)],
        v => Op.Sum(v[0], [0, 2]),
        new(3),
        (a, i) => (from j in Enumerable.Range(0, 2) from k in Enumerable.Range(0, 4) select a(0, j, i[0], k)).Sum());

    [Fact]
    public void A_matrix_product_repeats_missing_batch_axes_and_those_of_extent_one() => CheckIndices(
        [new(2, 1, 3, 5), new(4, 6, 5)],
        v => Op.MatMul(v[0], v[1], transposeRight: true),
        new(2, 4, 3, 6),
        (a, i) => Enumerable.Range(0, 5).Sum(k => a(0, i[0], 0, i[2], k) * a(1, i[1], i[3], k)));

    [Fact]
    public void A_transposed_left_factor_is_read_by_columns() => CheckIndices(
        [new(5, 3), new(5, 2)],
        v => Op.MatMul(v[0], v[1], transposeLeft: true),
        new(3, 2),
        (a, i) => Enumerable.Range(0, 5).Sum(k => a(0, k, i[0]) * a(1, k, i[1])));

    [Fact]
    public void A_contraction_sums_labels_that_are_not_in_the_output() => CheckIndices(
        [new(2, 3, 4), new(4, 2, 5)],
        v => Op.Contract("nab,bnc->can", v[0], v[1], alpha: 3),
        new(5, 3, 2),
        (a, i) => 3 * Enumerable.Range(0, 4).Sum(b => a(0, i[2], i[1], b) * a(1, b, i[2], i[0])));

    [Fact]
    public void Softmax_is_normalised_along_its_axis_and_its_logarithm_is_the_logarithm()
    {
        CheckIndices(
            [new(3, 4)],
            v => Op.Softmax(v[0], 0),
            new(3, 4),
            (a, i) => Math.Exp(a(0, i[0], i[1])) / Enumerable.Range(0, 3).Sum(j => Math.Exp(a(0, j, i[1]))));
        CheckIndices(
            [new(3, 4)],
            v => Op.LogSoftmax(v[0], 1),
            new(3, 4),
            (a, i) => a(0, i[0], i[1]) - Math.Log(Enumerable.Range(0, 4).Sum(j => Math.Exp(a(0, i[0], j)))));
    }

    [Fact]
    public void Cross_entropy_is_the_weighted_mean_of_surprise() => CheckIndices(
        [new(5, 3), new(5, 3)],
        v => Op.CrossEntropy(v[0], v[1]),
        Shape.Scalar,
        (a, _) => (from n in Enumerable.Range(0, 5)
                   from c in Enumerable.Range(0, 3)
                   let p = Math.Exp(a(0, n, c)) / Enumerable.Range(0, 3).Sum(j => Math.Exp(a(0, n, j)))
                   select -a(1, n, c) * Math.Log(p)).Sum());

    [Fact]
    public void Masked_elements_have_no_part_and_no_tangent()
    {
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Parameter("x", new(2, 3));
            var mask = tracer.Data("mask", new(2, 3));
            return [new Port("p", Op.Softmax(x, 1, mask)), new Port("log", Op.LogSoftmax(x, 1, mask))];
        });
        var point = new Arguments { ["x"] = [0, Math.Log(3), 7, 1, 2, 3], ["mask"] = [1, 1, 0, 0, 0, 0] };
        point["tangent(x)"] = [4, 8, 16, 32, 64, 128];
        foreach (var backend in PoisonedBackend.All)
        {
            const double None = double.NegativeInfinity;
            using var function = new Function(program, backend);
            Agree.Within(1e-15, [0.25, 0.75, 0, 0, 0, 0], function.ByName(point)["p"], backend.Name);
            var logarithms = function.ByName(point)["log"];
            Agree.Within(1e-15, [Math.Log(0.25), Math.Log(0.75)], logarithms[..2], backend.Name);
            Assert.Equal([None, None, None, None], logarithms[2..]);
            Agree.Within(
                1e-14,
                [-0.75, 0.75, 0, 0, 0, 0, -3, 1, 0, 0, 0, 0],
                Function.Run(program.Jvp(), backend, point),
                backend.Name);
        }
    }

    [Fact]
    public void Cotangents_of_masked_elements_do_not_count()
    {
        var program = Program.Trace(tracer =>
        {
            var (x, mask) = (tracer.Parameter("x", new(3)), tracer.Data("mask", new(3)));
            return Op.Sum(Op.LogSoftmax(x, 0, mask) * tracer.Data("w", new(3)));
        });
        var point = new Arguments { ["x"] = [0, Math.Log(3), 7], ["mask"] = [1, 1, 0], ["w"] = [4, 0, 100] };
        Agree.Within(1e-14, [3, -3, 0], Function.Run(program.Gradient(), PoisonedBackend.Reference, point), "gradient");
    }

    [Fact]
    public void Numbers_of_no_row_and_no_class_are_seen_or_dropped_as_documented()
    {
        var program = Program.Trace(tracer =>
        {
            var (x, i) = (tracer.Data("x", new(3, 2)), tracer.Data("i", new(3), ElementType.Int32));
            return
            [
                new Port("gathered", Op.Gather(Op.Slice(x, 0, 0, 2), i)),
                new Port("added", Op.ScatterAdd(x, i, 2)),
                new Port("indicators", Op.OneHot(i, 2)),
                new Port("loss", Op.CrossEntropy(x, i)),
            ];
        });
        const double None = double.NaN;
        foreach (var backend in PoisonedBackend.All)
        {
            using var function = new Function(program, backend);
            var bad = function.ByName(new Arguments { ["x"] = [1, 2, 3, 4, 5, 6], ["i"] = [1, 2, -1] });
            Assert.Equal([3, 4, None, None, None, None], bad["gathered"]);
            Assert.Equal([0, 0, 1, 2], bad["added"]);
            Assert.Equal([0, 1, 0, 0, 0, 0], bad["indicators"]);
            Assert.Equal([None], bad["loss"]);
            var some = function.ByName(new Arguments { ["x"] = [0, Math.Log(3), 0, 0, 7, 7], ["i"] = [1, -1, 0] });
            Agree.Within(1e-15, [(Math.Log(4.0 / 3) + Math.Log(2)) / 2], some["loss"], backend.Name);
            var nothing = function.ByName(new Arguments { ["x"] = new double[6], ["i"] = [-1, -1, -1] });
            Assert.Equal([None], nothing["loss"]);
        }
    }

    [Fact]
    public void A_constant_is_the_same_number_everywhere() => Check(
        [new(1)],
        v => [Op.Full(v[0].Graph, new TensorType(ElementType.Float64, new(2, 3)), 0.1)],
        new(2, 3),
        [(_, _) => 0.1]);

    private delegate double Element(int input, params ReadOnlySpan<int> index);

    /// <summary>Outputs of one shape against formulas of the flat index.</summary>
    private static void Check(
        Shape[] shapes, Func<Value[], Value[]> build, Shape shape, Func<double[][], int, double>[] formulas)
    {
        var program = Program.Trace(tracer =>
        {
            Value[] inputs = [.. shapes.Select((input, i) => tracer.Data($"x{i}", input))];
            return [.. build(inputs).Select((output, i) => new Port($"y{i}", output))];
        });
        var random = new Philox(1, "forward");
        var point = Arguments.Draw(program.Inputs, () => 0.1 + random.NextDouble());
        double[][] arguments = [.. shapes.Select((_, i) => point[$"x{i}"])];
        foreach (var backend in PoisonedBackend.All)
        {
            using var function = new Function(program, backend);
            var results = function.ByName(point);
            for (var f = 0; f < formulas.Length; f++)
            {
                Assert.Equal(shape, program.Outputs[f].Type.Shape);
                double[] expected = [.. Enumerable.Range(0, (int)shape.Size).Select(i => formulas[f](arguments, i))];
                Agree.Within(1e-14, expected, results[$"y{f}"], $"output {f}, {backend.Name}");
            }
        }
    }

    /// <summary>One output against a formula of its index.</summary>
    private static void CheckIndices(
        Shape[] shapes, Func<Value[], Value> build, Shape shape, Func<Element, int[], double> formula) =>
        Check(shapes, inputs => [build(inputs)], shape, [(arguments, flat) =>
        {
            var strides = shape.Strides();
            return formula(At, [.. shape.Select((extent, axis) => (int)(flat / strides[axis] % extent))]);

            double At(int input, params ReadOnlySpan<int> index)
            {
                var position = 0L;
                for (var axis = 0; axis < index.Length; axis++)
                {
                    position += index[axis] * shapes[input].Strides()[axis];
                }

                return arguments[input][position];
            }
        }]);
}
