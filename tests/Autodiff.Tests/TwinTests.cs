using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// Operations with kernels of their own against the elementary operations that they stand for: value, gradient and
/// Hessian-vector product are the same.
/// </summary>
public class TwinTests
{
    private static readonly Shape[] Shapes = [new(7), new(3, 5), new(2, 3, 4), new(1, 1), new(0, 3)];

    [Fact]
    public void Gelu_is_its_formula()
    {
        Check(
            x => Op.Gelu(x, GeluForm.Tanh),
            x => 0.5 * x * (1 + Op.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * (x * x * x))))));
        Check(x => Op.Gelu(x, GeluForm.Exact), x => 0.5 * x * (1 + Op.Erf(x / Math.Sqrt(2))));
    }

    [Fact]
    public void Logistic_functions_are_made_of_exponentials()
    {
        Check(Op.Sigmoid, x => Op.Full(x.Graph, x.Type, 1) / (1 + Op.Exp(-x)));
        Check(Op.Softplus, x => Op.Log(1 + Op.Exp(x)));
        Check(Op.Sigmoid, x => 0.5 * (1 + Op.Tanh(0.5 * x)));
    }

    [Fact]
    public void Powers_are_products_and_roots()
    {
        Check(x => Op.Power(x, 3), x => x * x * x);
        Check(x => Op.Power((x * x) + 1, -1.5), x => Op.Full(x.Graph, x.Type, 1) / (Op.Sqrt((x * x) + 1) * ((x * x) + 1)));
        Check(x => Op.Rsqrt((x * x) + 1), x => Op.Full(x.Graph, x.Type, 1) / Op.Sqrt((x * x) + 1));
    }

    [Fact]
    public void Choices_are_sums_with_absolute_differences()
    {
        Check(x => Op.Max(x, Op.Sin(x)), x => 0.5 * (x + Op.Sin(x) + Absolute(x - Op.Sin(x))));
        Check(x => Op.Min(x, Op.Sin(x)), x => 0.5 * (x + Op.Sin(x) - Absolute(x - Op.Sin(x))));
        Check(Op.Relu, x => 0.5 * (x + Absolute(x)));

        static Value Absolute(Value x) => Op.Sqrt(x * x);
    }

    [Fact]
    public void Normalisation_divides_by_the_deviation()
    {
        foreach (var axis in (int[])[0, 1, 2])
        {
            Check(x => Op.Normalize(x, axis, 0.01, centered: true), x => Scaled(x - Mean(x, axis), axis), new(2, 3, 4));
            Check(x => Op.Normalize(x, axis, 0.01, centered: false), x => Scaled(x, axis), new(2, 3, 4));
        }

        static Value Scaled(Value x, int axis) => x / Op.Sqrt(Mean(x * x, axis) + 0.01);

        static Value Mean(Value x, int axis) => Op.BroadcastTo(
            Op.Reshape(Op.Mean(x, [axis]), new Shape([.. x.Shape.Select((extent, i) => i == axis ? 1 : extent)])), x.Shape);
    }

    [Fact]
    public void Layer_norm_and_RMS_norm_work_along_the_last_axis()
    {
        Check(
            x => Op.LayerNorm(x, Op.Sum(x, [0, 1]), Op.Sum(x * x, [0, 1]), 0.1),
            x => (Op.Normalize(x, 2, 0.1, centered: true) * Op.Sum(x, [0, 1])) + Op.Sum(x * x, [0, 1]),
            new(2, 3, 4));
        Check(
            x => Op.RmsNorm(x, Op.Sum(x, [0, 1]), 0.1),
            x => Op.Normalize(x, 2, 0.1, centered: false) * Op.Sum(x, [0, 1]),
            new(2, 3, 4));
    }

    [Fact]
    public void Log_sum_exp_is_the_logarithm_of_a_sum_of_exponentials()
    {
        foreach (var axes in new IndexList[] { [0], [1], [0, 2], [0, 1, 2] })
        {
            Check(x => Op.LogSumExp(x, axes), x => Op.Log(Op.Sum(Op.Exp(x), axes)), new(2, 3, 4));
        }
    }

    [Fact]
    public void Masked_softmax_is_that_of_what_is_left()
    {
        Check(x => Op.Softmax(x, 1, Mask(x)), x => Kept(x) / Op.BroadcastTo(Op.Sum(Kept(x), [1]), x.Shape), new(1, 5));
        Check(
            x => Op.Where(Mask(x), Op.LogSoftmax(x, 1, Mask(x)), Op.Full(x.Graph, x.Type, 0)),
            x => Mask(x) * (x - Op.Log(Op.Sum(Kept(x), [1]))),
            new(1, 5));

        static Value Mask(Value x) => 1 - Op.Equal(
            Op.Iota(x.Graph, 5), Op.Full(x.Graph, new TensorType(ElementType.Float64, Shape.Scalar), 2));

        static Value Kept(Value x) => Op.Exp(x) * Mask(x);
    }

    [Fact]
    public void Causal_attention_is_its_composite()
    {
        foreach (var shape in new Shape[] { new(2, 3, 5, 4), new(1, 1, 1, 1), new(1, 2, 9, 17) })
        {
            Check(
                x => Op.CausalAttention(x, Op.Sin(x), Op.Cos(x)),
                x => Op.CausalAttentionComposite(x, Op.Sin(x), Op.Cos(x)),
                shape);
        }
    }

    [Fact]
    public void The_composite_of_causal_attention_is_softmax_of_earlier_positions() => Check(
        x => Op.CausalAttentionComposite(x, Op.Sin(x), Op.Cos(x)),
        x =>
        {
            // The second and last of two positions sees both, the first itself alone.
            var (q, k, v) = (x, Op.Sin(x), Op.Cos(x));
            var own = Op.Sum(Op.Slice(q, 2, 1, 1) * Op.Slice(k, 2, 1, 1), [3]);
            var earlier = Op.Sum(Op.Slice(q, 2, 1, 1) * Op.Slice(k, 2, 0, 1), [3]);
            var share = Op.Reshape(Op.Sigmoid((own - earlier) / Math.Sqrt(3)), new(2, 2, 1, 1));
            return Op.Concatenate(
                2,
                Op.Slice(v, 2, 0, 1),
                (share * Op.Slice(v, 2, 1, 1)) + ((1 - share) * Op.Slice(v, 2, 0, 1)));
        },
        new(2, 2, 2, 3));

    [Fact]
    public void A_concatenation_is_a_sum_of_padded_parts() => Check(
        x => Op.Concatenate(1, x, Op.Sin(x), x),
        x => Op.Pad(x, 1, 0, 6) + Op.Pad(Op.Sin(x), 1, 3, 3) + Op.Pad(x, 1, 6, 0),
        new(2, 3, 2));

    [Fact]
    public void Rows_by_number_are_products_with_indicators()
    {
        var indices = new IndexInput(new(2, 3), 0, 3);
        Check(
            (x, i) => Op.Gather(x, i), (x, i) => Op.Contract("ijv,vr->ijr", Op.OneHot(i, 4), x), new(4, 2), indices);
        Check(
            (x, i) => Op.ScatterAdd(x, i, 3),
            (x, i) => Op.Contract("ijv,ijr->vr", Op.OneHot(i, 3), x),
            new(2, 3, 2),
            indices);
    }

    [Fact]
    public void Cross_entropy_with_classes_is_that_with_shares_of_classes()
    {
        var indices = new IndexInput(new(6), -1, 2);
        Check(
            (x, i) => Op.CrossEntropy(x, i),
            (x, i) => Op.CrossEntropy(x, Shares(Op.OneHot(i, 3))),
            new(6, 3),
            indices);
        Check(
            (x, i) => Op.CrossEntropy(x, i, ignored: 1),
            (x, i) => Op.CrossEntropy(x, Shares(Op.OneHot(i, 3) * NotOne(i))),
            new(6, 3),
            indices with { From = 0 });

        static Value Shares(Value counts) => counts / Op.Sum(counts);

        static Value NotOne(Value i) => Op.Reshape(
            1 - Op.Equal(
                Op.Convert(i, ElementType.Float64),
                Op.Full(i.Graph, new TensorType(ElementType.Float64, Shape.Scalar), 1)),
            new(6, 1));
    }

    [Fact]
    public void Weights_of_cross_entropy_count_their_positions_so_often()
    {
        var indices = new IndexInput(new(3), 0, 2);
        Check(
            (x, i) => Op.CrossEntropy(x, i, Op.Iota(x.Graph, 3) + 1),
            (x, i) => Op.CrossEntropy(Op.Gather(x, Repeats(i)), Op.Gather(Op.OneHot(i, 3), Repeats(i)) / 6),
            new(3, 3),
            indices);

        // 0, 1, 1, 2, 2, 2: the rows by their number plus one.
        static Value Repeats(Value i)
        {
            var numbers = Op.Iota(i.Graph, 3, ElementType.Int32);
            return Op.Convert(
                Op.Concatenate(0, [.. new[] { 0, 1, 1, 2, 2, 2 }.Select(row => Op.Convert(
                    Op.Slice(numbers, 0, row, 1), ElementType.Float64))]),
                ElementType.Int32);
        }
    }

    private static void Check(Func<Value, Value> fused, Func<Value, Value> elementary)
    {
        foreach (var shape in Shapes)
        {
            Check(fused, elementary, shape);
        }
    }

    private static void Check(
        Func<Value, Value> fused, Func<Value, Value> elementary, Shape shape) =>
        Check((x, _) => fused(x), (x, _) => elementary(x), shape, new IndexInput(Shape.Scalar, 0, 0));

    private static void Check(
        Func<Value, Value, Value> fused, Func<Value, Value, Value> elementary, Shape shape, IndexInput indices)
    {
        var (left, right) = (Case("fused", fused), Case("elementary", elementary));
        var random = new Philox(1, "twins");
        var program = left.Weighted();
        var point = left.Point(program, random).With(Arguments.Normal([program.Input("w")], random));
        var arguments = point.With(Arguments.Normal(program.Parameters, random).AsTangents());
        foreach (var backend in PoisonedBackend.All)
        {
            Agree.Within(
                1e-12,
                Function.Run(right.Weighted().ValueAndGradient(), backend, point),
                Function.Run(program.ValueAndGradient(), backend, point),
                $"value and gradient of {left}, {backend.Name}",
                1);
            Agree.Within(
                1e-12,
                Function.Run(right.Program(), backend, point),
                Function.Run(left.Program(), backend, point),
                $"{left}, {backend.Name}",
                1);
            Agree.Within(
                1e-11,
                Function.Run(right.Weighted().Hvp(), backend, arguments),
                Function.Run(program.Hvp(), backend, arguments),
                $"Hessian-vector product of {left}, {backend.Name}",
                1);
        }

        OperationCase Case(string name, Func<Value, Value, Value> build) =>
            new(name, [shape], v => build(v[0], v[1])) { Indices = [indices] };
    }
}
