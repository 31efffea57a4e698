using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>Kernels that work on the elements along an axis together.</summary>
public class RowConformance
{
    private static readonly Shape[] Shapes =
    [
        .. new[] { 0, 1, 2, 3, 7, 8, 16, 17, 31, 32, 33, 65, 130 }.Select(n => new Shape(n)),
        new(1, 1), new(3, 17), new(17, 3), new(40, 5), new(33, 8), new(5, 33), new(0, 4), new(4, 0), new(2, 3, 5),
        new(3, 16, 9), new(2, 0, 3),
    ];

    private static readonly Layout[] OutputLayouts =
        [Layout.Contiguous, Layout.Transposed, Layout.Sliced, Layout.Strided];

    public static TheoryData<ElementType> RealTypes => [ElementType.Float32, ElementType.Float64];

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void Masked_softmax_along_every_axis(ElementType type)
    {
        var random = new Philox(15, "masked softmax");
        ForEachAxis((shape, axis, layout) =>
        {
            foreach (var logarithm in (bool[])[false, true])
            {
                var image = new ArenaImage(type, random);
                var spread = random.NextInt(2) == 0 ? 1 : 300;
                var mask = image.Input(shape, Pick(random, Enum.GetValues<Layout>()), philox => philox.NextInt(3) / 2);
                var input = image.Input(shape, layout, philox => spread * philox.NextNormal());
                var output = random.NextInt(4) == 0 && OutputLayouts.Contains(layout)
                    ? input
                    : image.Output(shape, Pick(random, OutputLayouts));
                Backends.Check(
                    new SoftmaxCall(input, axis, logarithm, output, mask),
                    image,
                    $"axis {axis}, {layout}, spread {spread}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void Normalisation_along_every_axis(ElementType type)
    {
        var random = new Philox(16, "normalisation");
        ForEachAxis((shape, axis, layout) =>
        {
            foreach (var (centered, scale) in new[] { (true, true), (true, false), (false, true), (false, false) })
            {
                // A scale of no elements has no meaning.
                if (shape[axis] == 0 && scale)
                {
                    continue;
                }

                var image = new ArenaImage(type, random);
                var input = image.Input(shape, layout, philox => 0.5 + philox.NextNormal());
                int[] extents = [.. shape];
                extents[axis] = scale ? 1 : extents[axis];
                var output = image.Output(new Shape(extents), Pick(random, OutputLayouts));
                Backends.Check(
                    new NormalizeCall(input, axis, 1e-2, centered, scale, output),
                    image,
                    $"axis {axis}, {layout}, centered {centered}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void Jacobians_of_softmax_and_normalisation(ElementType type)
    {
        var random = new Philox(20, "jacobians");
        foreach (var shape in new Shape[] { new(1), new(3), new(17), new(2, 5), new(33, 2), new(0, 3), new(3, 0), new(2, 3, 4) })
        {
            foreach (var (axis, directions) in
                from axis in Enumerable.Range(0, shape.Rank)
                from directions in (int?[])[null, 0, 1, 5, 16, 33]
                select (axis, directions))
            {
                var layout = Pick(random, Enum.GetValues<Layout>());
                var tangentShape = directions is { } k ? shape.Append(k) : shape;
                var image = new ArenaImage(type, random);
                var row = image.Input(shape, layout, philox => philox.NextNormal());
                var tangent = image.Input(tangentShape, Pick(random, Enum.GetValues<Layout>()), philox => philox.NextNormal());
                Backends.Check(
                    new SoftmaxJacobianProductCall(row, tangent, axis, image.Output(tangentShape, Pick(random, OutputLayouts))),
                    image,
                    $"axis {axis}, {layout}");

                image = new ArenaImage(type, random);
                row = image.Input(shape, layout, philox => 0.5 + philox.NextNormal());
                tangent = image.Input(tangentShape, Pick(random, OutputLayouts), philox => philox.NextNormal());
                Backends.Check(
                    new NormalizeJacobianProductCall(row, tangent, axis, 1e-2, random.NextInt(2) == 0, tangent),
                    image,
                    $"axis {axis}, {layout}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void Losses_of_rows_and_their_gradients(ElementType type)
    {
        var random = new Philox(17, "losses");
        foreach (var shape in Shapes)
        {
            foreach (var layout in Enum.GetValues<Layout>())
            {
                foreach (var gradient in (bool[])[false, true])
                {
                    var classes = shape[shape.Rank - 1];
                    var image = new ArenaImage(type, random);
                    var spread = random.NextInt(2) == 0 ? 1 : 300;
                    var last = random.NextInt(4) == 0 ? classes : classes - 1;
                    var targets = image.Indices(shape.DropLast(), Pick(random, Enum.GetValues<Layout>()), -1, last);
                    var logits = image.Input(shape, layout, philox => spread * philox.NextNormal());
                    var output = image.Output(gradient ? shape : shape.DropLast(), Pick(random, OutputLayouts));
                    Backends.Check(
                        new RowLossCall(logits, targets, random.NextInt(3) - 1, gradient, output), image, $"{layout}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void Causal_attention(ElementType type)
    {
        var random = new Philox(18, "attention");
        foreach (var shape in new Shape[]
        {
            new(1, 1, 1, 1), new(2, 3, 5, 4), new(1, 2, 4, 8), new(2, 1, 17, 3), new(1, 1, 33, 16), new(1, 1, 3, 33),
            new(0, 2, 3, 4), new(2, 1, 0, 4), new(1, 2, 3, 0), new(1, 1, 70, 65),
        })
        {
            foreach (var layout in Enum.GetValues<Layout>())
            {
                var image = new ArenaImage(type, random);
                var query = image.Input(shape, layout, philox => philox.NextNormal());
                var key = image.Input(shape, Pick(random, Enum.GetValues<Layout>()), philox => philox.NextNormal());
                var value = image.Input(shape, Pick(random, Enum.GetValues<Layout>()), philox => philox.NextNormal());
                var output = image.Output(shape, Pick(random, OutputLayouts));
                Backends.Check(new CausalAttentionCall(query, key, value, 0.4, output), image, $"{layout}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void Cotangents_through_causal_attention(ElementType type)
    {
        var random = new Philox(19, "cotangents of attention");
        foreach (var shape in new Shape[]
        {
            new(1, 1, 1, 1), new(2, 3, 5, 4), new(1, 2, 4, 8), new(2, 1, 17, 3), new(1, 1, 7, 33), new(0, 2, 3, 4),
            new(2, 1, 0, 4), new(1, 2, 3, 0), new(1, 1, 33, 2), new(1, 1, 35, 1),
        })
        {
            foreach (var layout in Enum.GetValues<Layout>())
            {
                var image = new ArenaImage(type, random);
                Operand[] inputs =
                [
                    .. Enumerable.Range(0, 4).Select(i => image.Input(
                        shape, i == 0 ? layout : Pick(random, Enum.GetValues<Layout>()), philox => philox.NextNormal())),
                ];
                var output = image.Output(new Shape([3, .. shape]), Pick(random, OutputLayouts));
                Backends.Check(
                    new CausalAttentionPullbackCall(inputs[0], inputs[1], inputs[2], inputs[3], 0.4, output),
                    image,
                    $"{layout}");
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(70)]
    public void A_row_that_holds_no_number_spoils_no_other(int classes)
    {
        const int rows = 21;
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            var numbers = new double[rows * classes];
            numbers[(7 * classes) + (classes / 2)] = double.NaN;
            numbers.AsSpan(11 * classes, classes).Fill(double.NegativeInfinity);
            var operand = new Operand(0, ElementType.Float64, new Shape(rows, classes));
            using var arena = new HostMemory(sizeof(double) * numbers.Length);
            using var sequence = new CpuBackend(width).Prepare([new SoftmaxCall(operand, 1, false, operand)], arena);
            arena.Write(0, MemoryMarshal.AsBytes(numbers.AsSpan()));
            sequence.Run();
            arena.Read(0, MemoryMarshal.AsBytes(numbers.AsSpan()));
            for (var row = 0; row < rows; row++)
            {
                var expected = row == 7 ? double.NaN : row == 11 ? 0 : 1.0 / classes;
                Assert.All(numbers[(row * classes)..((row + 1) * classes)], y => Assert.Equal(expected, y, 1e-15));
            }
        }
    }

    private static void ForEachAxis(Action<Shape, int, Layout> check)
    {
        foreach (var shape in Shapes)
        {
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                foreach (var layout in Enum.GetValues<Layout>())
                {
                    check(shape, axis, layout);
                }
            }
        }
    }

    private static T Pick<T>(Philox random, T[] among) => among[random.NextInt(among.Length)];
}
