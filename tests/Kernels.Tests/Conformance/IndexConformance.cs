using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>Kernels that read whole numbers, some of which name no row or class.</summary>
public class IndexConformance
{
    private static readonly Shape[] Indices =
        [Shape.Scalar, new(0), new(1), new(7), new(33), new(2, 3), new(3, 0), new(2, 1, 4)];

    private static readonly Shape[] Rows =
        [Shape.Scalar, new(0), new(1), new(5), new(16), new(33), new(3, 2), new(2, 0), new(2, 1, 9)];

    private static readonly Layout[] OutputLayouts =
        [Layout.Contiguous, Layout.Transposed, Layout.Sliced, Layout.Strided];

    public static TheoryData<ElementType> RealTypes => [ElementType.Float32, ElementType.Float64];

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void Rows_gathered_and_added_by_number(ElementType type)
    {
        var random = new Philox(10, "rows");
        foreach (var indices in Indices)
        {
            foreach (var row in Rows)
            {
                foreach (var count in (int[])[0, 1, 6])
                {
                    foreach (var layout in Enum.GetValues<Layout>())
                    {
                        var (table, list) = (new Shape([count, .. row]), new Shape([.. indices, .. row]));
                        var image = new ArenaImage(type, random);
                        var numbers = image.Indices(indices, Pick(random, Enum.GetValues<Layout>()), -1, count);
                        var input = image.Input(table, layout, Normal);
                        var outside = random.NextInt(2) == 0 ? double.NaN : 0.5;
                        Backends.Check(
                            new GatherCall(input, numbers, outside, image.Output(list, Pick(random, OutputLayouts))),
                            image,
                            $"{layout}");

                        image = new ArenaImage(type, random);
                        numbers = image.Indices(indices, Pick(random, Enum.GetValues<Layout>()), -1, count);
                        input = image.Input(list, layout, Normal);
                        Backends.Check(
                            new ScatterAddCall(input, numbers, image.Output(table, Pick(random, OutputLayouts))),
                            image,
                            $"{layout}");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void Indicators_of_classes(ElementType type)
    {
        var random = new Philox(11, "classes");
        foreach (var indices in Indices)
        {
            foreach (var classes in (int[])[0, 1, 2, 9])
            {
                foreach (var layout in Enum.GetValues<Layout>())
                {
                    var image = new ArenaImage(type, random);
                    var numbers = image.Indices(indices, layout, -1, classes);
                    var output = image.Output(indices.Append(classes), Pick(random, OutputLayouts));
                    Backends.Check(new OneHotCall(numbers, output), image, $"{layout}");
                }
            }
        }
    }

    [Fact]
    public void Conversions_between_all_types()
    {
        var random = new Philox(12, "conversions");
        foreach (var from in Enum.GetValues<ElementType>())
        {
            foreach (var to in Enum.GetValues<ElementType>())
            {
                foreach (var shape in Indices.Concat(Rows))
                {
                    foreach (var layout in Enum.GetValues<Layout>())
                    {
                        var image = new ArenaImage(from, random);
                        var input = image.Input(shape, layout, philox => 10 * philox.NextNormal());
                        var output = image.Output(shape, Pick(random, OutputLayouts), to);
                        Backends.Check(new ConvertCall(input, output), image, $"{from} to {to}, {layout}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Whole_numbers_are_copied_filled_and_counted()
    {
        var random = new Philox(13, "whole numbers");
        foreach (var shape in Indices)
        {
            foreach (var layout in Enum.GetValues<Layout>())
            {
                var image = new ArenaImage(ElementType.Int32, random);
                var input = image.Indices(shape, layout, -5, int.MaxValue - 6);
                var output = image.Output(shape, Pick(random, OutputLayouts));
                Backends.Check(new MapCall([input], [new MapStep(MapFunction.Copy, 0)], output), image, $"{layout}");
                Backends.Check(new FillCall(-3, output), image, $"{layout}");
            }
        }
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Int32)]
    public void Positions(ElementType type)
    {
        foreach (var count in (int[])[0, 1, 2, 33])
        {
            foreach (var layout in OutputLayouts)
            {
                var image = new ArenaImage(type, new Philox(14, "positions"));
                Backends.Check(new IotaCall(image.Output(new(count), layout)), image, $"{layout}");
            }
        }
    }

    private static double Normal(Philox random) => random.NextNormal();

    private static T Pick<T>(Philox random, T[] among) => among[random.NextInt(among.Length)];
}
