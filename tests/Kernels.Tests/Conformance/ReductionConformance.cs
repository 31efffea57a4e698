using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

public class ReductionConformance
{
    private static readonly Shape[] Shapes =
    [
        Shape.Scalar,
        .. new[] { 0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 129, 1000 }.Select(n => new Shape(n)),
        new(1, 1), new(3, 17), new(17, 3), new(16, 16), new(5, 33), new(129, 2), new(0, 4), new(4, 0),
        new(2, 3, 5), new(3, 16, 9), new(7, 1, 33), new(2, 0, 3), new(2, 3, 4, 5), new(2, 1, 3, 17),
    ];

    private static readonly Layout[] OutputLayouts =
        [Layout.Contiguous, Layout.Transposed, Layout.Sliced, Layout.Strided];

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Sums_over_every_set_of_axes(ElementType type)
    {
        var random = new Philox(7, "sum");
        foreach (var shape in Shapes)
        {
            for (var set = 0; set < 1 << shape.Rank; set++)
            {
                int[] axes = [.. Enumerable.Range(0, shape.Rank).Where(axis => (set >> axis & 1) == 1)];
                var kept = new Shape([.. shape.Where((_, axis) => !axes.Contains(axis))]);
                foreach (var layout in Enum.GetValues<Layout>())
                {
                    var image = new ArenaImage(type, random);
                    var input = image.Input(shape, layout, philox => philox.NextNormal());
                    var output = image.Output(kept, OutputLayouts[random.NextInt(OutputLayouts.Length)]);
                    Backends.Check(new SumCall(input, axes, output), image, $"axes {string.Join(',', axes)}, {layout}");
                }
            }
        }
    }

    [Theory]
    [InlineData(ElementType.Float32, Reduction.Max)]
    [InlineData(ElementType.Float32, Reduction.LogSumExp)]
    [InlineData(ElementType.Float64, Reduction.Max)]
    [InlineData(ElementType.Float64, Reduction.LogSumExp)]
    public void Reductions_over_every_set_of_axes(ElementType type, Reduction reduction)
    {
        var random = new Philox(19, "reductions");
        foreach (var shape in Shapes)
        {
            for (var set = 0; set < 1 << shape.Rank; set++)
            {
                int[] axes = [.. Enumerable.Range(0, shape.Rank).Where(axis => (set >> axis & 1) == 1)];
                var kept = new Shape([.. shape.Where((_, axis) => !axes.Contains(axis))]);
                var layout = Enum.GetValues<Layout>()[random.NextInt(6)];
                var spread = random.NextInt(2) == 0 ? 1 : 300;
                var image = new ArenaImage(type, random);
                var input = image.Input(shape, layout, philox => spread * philox.NextNormal());
                var output = image.Output(kept, OutputLayouts[random.NextInt(OutputLayouts.Length)]);
                Backends.Check(
                    new ReduceCall(input, axes, reduction, output), image, $"axes {string.Join(',', axes)}, {layout}");
            }
        }
    }

    [Theory]
    [InlineData(ElementType.Float32, false)]
    [InlineData(ElementType.Float32, true)]
    [InlineData(ElementType.Float64, false)]
    [InlineData(ElementType.Float64, true)]
    public void Softmax_along_every_axis(ElementType type, bool logarithm)
    {
        var random = new Philox(8, "softmax");
        foreach (var shape in Shapes)
        {
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                foreach (var layout in Enum.GetValues<Layout>())
                {
                    // Logits of all signs and up to some hundreds, where a softmax that does not shift overflows.
                    var spread = random.NextInt(2) == 0 ? 1 : 300;
                    var image = new ArenaImage(type, random);
                    var input = image.Input(shape, layout, philox => spread * philox.NextNormal());
                    var output = image.Output(shape, OutputLayouts[random.NextInt(OutputLayouts.Length)]);
                    var call = new SoftmaxCall(input, axis, logarithm, output);
                    Backends.Check(call, image, $"axis {axis}, {layout}, spread {spread}");
                }

                foreach (var layout in OutputLayouts)
                {
                    var image = new ArenaImage(type, random);
                    var inPlace = image.Input(shape, layout, philox => philox.NextNormal());
                    Backends.Check(
                        new SoftmaxCall(inPlace, axis, logarithm, inPlace), image, $"axis {axis}, in place, {layout}");
                }
            }
        }
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Fills_of_every_shape_and_layout(ElementType type)
    {
        foreach (var shape in Shapes)
        {
            foreach (var layout in OutputLayouts)
            {
                foreach (var number in (double[])[0, 1, -0.3])
                {
                    var image = new ArenaImage(type, new Philox(9, "fill"));
                    Backends.Check(new FillCall(number, image.Output(shape, layout)), image, $"{number}, {layout}");
                }
            }
        }
    }
}
