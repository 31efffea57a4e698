using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

public class MapConformance
{
    private static readonly Shape[] Shapes =
    [
        Shape.Scalar,
        .. new[] { 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 255, 256, 257, 515 }.Select(n => new Shape(n)),
        new(1, 1), new(3, 5), new(17, 4), new(4, 17), new(2, 129), new(3, 256), new(2, 257), new(0, 3), new(3, 0),
        new(2, 3, 5), new(5, 1, 16), new(3, 0, 2), new(2, 9, 33), new(2, 3, 1, 7), new(1, 300, 1),
        new(9, 12), new(3, 90, 3), new(2, 2, 130, 2),
    ];

    private static readonly Layout[] OutputLayouts =
        [Layout.Contiguous, Layout.Transposed, Layout.Sliced, Layout.Strided];

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Every_function_of_every_shape_and_layout(ElementType type)
    {
        var random = new Philox(1, "map");
        foreach (var function in Enum.GetValues<MapFunction>())
        {
            var step = new MapStep(function, 0, 1, 2, 0.75);
            step = step with { B = step.Arity > 1 ? 1 : int.MaxValue, C = step.Arity > 2 ? 2 : int.MaxValue };
            foreach (var shape in Shapes)
            {
                foreach (var layout in Enum.GetValues<Layout>())
                {
                    var image = new ArenaImage(type, random);
                    var a = image.Input(shape, layout, Positive);
                    var b = image.Input(shape, Pick(random, Enum.GetValues<Layout>()), Positive);
                    var output = image.Output(shape, Pick(random, OutputLayouts));
                    var c = image.Input(shape, Pick(random, Enum.GetValues<Layout>()), Positive);
                    Operand[] inputs = [.. new[] { a, b, c }.Take(step.Arity)];
                    Backends.Check(new MapCall(inputs, [step], output), image, $"{layout}");
                }
            }
        }
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Long_chains_of_several_inputs(ElementType type)
    {
        var random = new Philox(2, "chains");
        foreach (var shape in Shapes)
        {
            foreach (var length in (int[])[2, 3, 7, 16, 40])
            {
                var image = new ArenaImage(type, random);
                Operand[] inputs =
                [
                    .. Enumerable.Range(0, 1 + random.NextInt(4))
                        .Select(_ => image.Input(shape, Pick(random, Enum.GetValues<Layout>()), Positive)),
                ];
                var output = image.Output(shape, Pick(random, OutputLayouts));
                var chain = Chain(random, inputs.Length, length);
                Backends.Check(new MapCall(inputs, chain, output), image, $"{length} steps");
            }
        }
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void The_output_may_be_an_input(ElementType type)
    {
        var random = new Philox(3, "in place");
        foreach (var shape in Shapes)
        {
            foreach (var layout in OutputLayouts)
            {
                var image = new ArenaImage(type, random);
                var other = image.Input(shape, Pick(random, Enum.GetValues<Layout>()), Positive);
                var target = image.Input(shape, layout, Positive);
                Backends.Check(new MapCall([other, target], Chain(random, 2, 5), target), image, $"in place, {layout}");
            }
        }
    }

    [Fact]
    public void Limits_of_the_functions_are_exact()
    {
        foreach (var (function, argument, value) in new[]
        {
            (MapFunction.Exp, double.NegativeInfinity, 0.0),
            (MapFunction.Exp, 1000, double.PositiveInfinity),
            (MapFunction.Exp, 0, 1),
            (MapFunction.Log, 0, double.NegativeInfinity),
            (MapFunction.Log, 1, 0),
            (MapFunction.Log, -1, double.NaN),
            (MapFunction.Sqrt, -1, double.NaN),
            (MapFunction.Sqrt, double.PositiveInfinity, double.PositiveInfinity),
            (MapFunction.Tanh, double.PositiveInfinity, 1),
            (MapFunction.Tanh, -1000, -1),
            (MapFunction.Negate, double.NaN, double.NaN),
        })
        {
            foreach (var result in Backends.Map(function, [.. Enumerable.Repeat(argument, 9)]))
            {
                Assert.All(result, element => Assert.Equal(value, element));
            }
        }
    }

    [Theory]
    [InlineData(MapFunction.Max, new[] { 1, 2, 2, 2, 1, 2, double.NaN, 1, double.NaN, 1, double.NaN, double.NaN, -0.0, 0, 0 })]
    [InlineData(MapFunction.Min, new[] { 1, 2, 1, 2, 1, 1, double.NaN, 1, double.NaN, 1, double.NaN, double.NaN, -0.0, 0, -0.0 })]
    [InlineData(MapFunction.Greater, new[] { 1, 2, 0, 2, 1, 1, double.NaN, 1, 0, 1, double.NaN, 0, 1, 1, 0 })]
    [InlineData(MapFunction.Equal, new[] { 1, 2, 0, 2, 2, 1, double.NaN, double.NaN, 0, 1, double.NaN, 0, -0.0, 0, 1 })]
    public void Comparisons_of_what_is_no_number(MapFunction function, double[] argumentsAndValues)
    {
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            for (var i = 0; i < argumentsAndValues.Length; i += 3)
            {
                var (a, b, y) = (new Operand(0, ElementType.Float64, new Shape(11)),
                    new Operand(128, ElementType.Float64, new Shape(11)),
                    new Operand(256, ElementType.Float64, new Shape(11)));
                using var arena = new HostMemory(384);
                KernelCall[] calls =
                [
                    new FillCall(argumentsAndValues[i], a),
                    new FillCall(argumentsAndValues[i + 1], b),
                    new MapCall([a, b], [new MapStep(function, 0, 1)], y),
                ];
                using var sequence = new CpuBackend(width).Prepare(calls, arena);
                sequence.Run();
                var results = new double[11];
                arena.Read(256, MemoryMarshal.AsBytes(results.AsSpan()));
                Assert.All(results, result => Assert.Equal(argumentsAndValues[i + 2], result));
            }
        }
    }

    /// <summary>Positive numbers, so that logarithms, roots and quotients are tame.</summary>
    private static double Positive(Philox random) => 0.5 + (1.5 * random.NextDouble());

    private static T Pick<T>(Philox random, T[] among) => among[random.NextInt(among.Length)];

    /// <summary>Random steps of positive numbers, each third of which pulls the results towards one.</summary>
    private static MapStep[] Chain(Philox random, int inputs, int length)
    {
        var steps = new MapStep[length];
        for (var s = 0; s < length; s++)
        {
            var (a, b) = (random.NextInt(inputs + s), random.NextInt(inputs + s));
            a = s > 0 && random.NextInt(2) == 0 ? inputs + s - 1 : a;
            steps[s] = (s % 3) switch
            {
                0 => new MapStep(Pick(random, [MapFunction.Add, MapFunction.Multiply]), a, b),
                1 => new MapStep(Pick(random, [MapFunction.Tanh, MapFunction.Sqrt]), inputs + s - 1),
                _ => new MapStep(Pick(random, [MapFunction.Scale, MapFunction.Offset, MapFunction.Copy]), a, Constant: 0.75),
            };
        }

        return steps;
    }
}
