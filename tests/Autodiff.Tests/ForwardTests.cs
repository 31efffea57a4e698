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
        v => [Op.Exp(v[0]), Op.Log(v[0]), Op.Sqrt(v[0]), Op.Tanh(v[0])],
        new(7),
        [
            (a, i) => Math.Exp(a[0][i]), (a, i) => Math.Log(a[0][i]),
            (a, i) => Math.Sqrt(a[0][i]), (a, i) => Math.Tanh(a[0][i]),
        ]);

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
