using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>What a call should write: a value for each output element, and the scale of what went into it.</summary>
internal readonly record struct Expected(double[] Values, double Scale);

/// <summary>
/// The kernels once more, as sums over lists of offsets: independent of the loops of every backend. The scale of a
/// reduction is the same reduction over absolute values; that of a chain is the largest number that occurs in it.
/// </summary>
internal static class Oracle
{
    public static Expected Of(KernelCall call, ArenaImage before) => call switch
    {
        MapCall map => Map(map, before),
        ContractCall contract => Contract(contract, before),
        SumCall sum => RowOracle.Sum(sum, before),
        ReduceCall reduce => RowOracle.Reduce(reduce, before),
        SoftmaxCall softmax => RowOracle.Softmax(softmax, before),
        RowLossCall loss => RowOracle.RowLoss(loss, before),
        NormalizeCall normalize => RowOracle.Normalize(normalize, before),
        SoftmaxJacobianProductCall product => JacobianOracle.Softmax(product, before),
        NormalizeJacobianProductCall product => JacobianOracle.Normalize(product, before),
        CausalAttentionCall attention => RowOracle.CausalAttention(attention, before),
        CausalAttentionPullbackCall attention => RowOracle.CausalAttentionPullback(attention, before),
        GatherCall gather => IndexOracle.Gather(gather, before),
        ScatterAddCall scatter => IndexOracle.ScatterAdd(scatter, before),
        OneHotCall oneHot => IndexOracle.OneHot(oneHot, before),
        ConvertCall convert => IndexOracle.Convert(convert, before),
        IotaCall iota => new Expected([.. Enumerable.Range(0, iota.Output.Shape[0]).Select(i => (double)i)], 1),
        FillCall fill => new Expected(
            [.. ArenaImage.Positions(fill.Output).Select(_ => fill.Value)], Math.Abs(fill.Value)),
        _ => throw new NotSupportedException($"no oracle for {call.Name}"),
    };

    private static Expected Map(MapCall call, ArenaImage before)
    {
        var inputs = call.Inputs.Select(ArenaImage.Positions).ToArray();
        var values = new double[call.Output.Shape.Size];
        var scale = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var registers = inputs.Select(positions => before.Read(positions[i], call.Inputs[0].Type)).ToList();
            foreach (var step in call.Steps)
            {
                var x = registers[step.A];
                var y = step.Arity > 1 ? registers[step.B] : double.NaN;
                var z = step.Arity > 2 ? registers[step.C] : double.NaN;
                registers.Add(step.Function switch
                {
                    MapFunction.Copy => x,
                    MapFunction.Negate => -x,
                    MapFunction.Add => x + y,
                    MapFunction.Subtract => x - y,
                    MapFunction.Multiply => x * y,
                    MapFunction.Divide => x / y,
                    MapFunction.Scale => step.Constant * x,
                    MapFunction.Offset => x + step.Constant,
                    MapFunction.Exp => Math.Exp(x),
                    MapFunction.Log => Math.Log(x),
                    MapFunction.Sqrt => Math.Sqrt(x),
                    MapFunction.Tanh => Math.Tanh(x),
                    MapFunction.Power => Math.Exp(step.Constant * Math.Log(x)),
                    MapFunction.ReciprocalSqrt => Math.Sqrt(1 / x),
                    MapFunction.Sigmoid => 0.5 * (1 + Math.Tanh(x / 2)),
                    MapFunction.Softplus => Math.Log(1 + Math.Exp(x)),
                    MapFunction.Sin => Math.Cos(x - (Math.PI / 2)),
                    MapFunction.Cos => Math.Sin(x + (Math.PI / 2)),
                    MapFunction.Erf => ErrorFunction(x),
                    MapFunction.Max => x > y ? x : y,
                    MapFunction.Min => x > y ? y : x,
                    MapFunction.Greater => x - y > 0 ? 1 : 0,
                    MapFunction.Equal => x - y == 0 ? 1 : 0,
                    MapFunction.Select => x == 0 ? z : y,
                    MapFunction.Gelu => (x / 2) + (x * y / 2),
                    MapFunction.GeluTanhSlope => 0.5 + (y / 2) + (0.5 * x * (1 - y) * (1 + y) * InnerSlope(x)),
                    MapFunction.GeluTanhCurvature => (1 - y) * (1 + y) * (InnerSlope(x) +
                        (Math.Sqrt(2 / Math.PI) * 3 * 0.044715 * x * x) - (x * y * Math.Pow(InnerSlope(x), 2))),
                    MapFunction.GeluErfSlope => 0.5 + (y / 2) + (x * Math.Pow(Math.E, -x * x / 2) / Math.Sqrt(2 * Math.PI)),
                    MapFunction.GeluErfCurvature =>
                        Math.Pow(Math.E, -x * x / 2) * (Math.Sqrt(2) - x) * (Math.Sqrt(2) + x) / Math.Sqrt(2 * Math.PI),
                    _ => throw new NotSupportedException($"no oracle for {step.Function}"),
                });
            }

            values[i] = registers[^1];
            scale = Math.Max(scale, registers.Max(Math.Abs));
        }

        return new Expected(values, scale);
    }

    /// <summary>The slope of the tanh form's inner function.</summary>
    private static double InnerSlope(double x) => Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * x * x));

    /// <summary>The integral that defines the error function, by Simpson's rule.</summary>
    private static double ErrorFunction(double x)
    {
        const int panels = 1000;
        var sum = 1 + Math.Exp(-x * x);
        for (var i = 1; i < panels; i++)
        {
            var t = x * i / panels;
            sum += (i % 2 == 1 ? 4 : 2) * Math.Exp(-t * t);
        }

        return 2 / Math.Sqrt(Math.PI) * x / (3 * panels) * sum;
    }

    private static Expected Contract(ContractCall call, ArenaImage before)
    {
        var extents = new Dictionary<int, int>();
        foreach (var (labels, operand) in new[] { (call.LeftLabels, call.Left), (call.RightLabels, call.Right) })
        {
            for (var axis = 0; axis < labels.Count; axis++)
            {
                extents[labels[axis]] = operand.Shape[axis];
            }
        }

        int[] outer = [.. call.OutputLabels];
        int[] inner = [.. extents.Keys.Except(outer)];
        var (left, right) = (Elements(before, call.Left), Elements(before, call.Right));
        var leftOuter = Offsets(outer, call.Left, call.LeftLabels);
        var leftInner = Offsets(inner, call.Left, call.LeftLabels);
        var rightOuter = Offsets(outer, call.Right, call.RightLabels);
        var rightInner = Offsets(inner, call.Right, call.RightLabels);
        var output = ArenaImage.Positions(call.Output);
        var values = new double[output.Length];
        var scale = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var (total, absolute) = (0.0, 0.0);
            for (var j = 0; j < leftInner.Length; j++)
            {
                var product = left(leftOuter[i] + leftInner[j]) * right(rightOuter[i] + rightInner[j]);
                total += product;
                absolute += Math.Abs(product);
            }

            var old = call.Accumulate ? before.Read(output[i], call.Output.Type) : 0;
            values[i] = old + (call.Alpha * total);
            scale = Math.Max(scale, Math.Abs(old) + (Math.Abs(call.Alpha) * absolute));
        }

        return new Expected(values, scale);

        long[] Offsets(int[] labels, Operand operand, IReadOnlyList<int> axes) =>
            Walk.Offsets(labels, extents, operand, axes);
    }

    /// <summary>An operand's elements by their offset in elements.</summary>
    private static Func<long, double> Elements(ArenaImage image, Operand operand) =>
        offset => image.Read(operand.Offset + (offset * operand.Type.Size()), operand.Type);
}
