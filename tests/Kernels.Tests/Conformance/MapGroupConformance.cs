using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Kernels.Reference;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>Chains that follow one another mean what they mean one by one, whichever of them a backend runs together.</summary>
public class MapGroupConformance
{
    private const int Operands = 6;

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Sequences_of_chains_over_few_operands(ElementType type)
    {
        var random = new Philox(5, "groups");
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            for (var trial = 0; trial < 150; trial++)
            {
                var (operands, bytes) = Place(random, type, new Shape(1 + random.NextInt(3), 1 + random.NextInt(400)));
                Check(new CpuBackend(width), [.. Enumerable.Range(0, 5).Select(_ => Chain(random, operands))], bytes, type);
            }
        }
    }

    [Fact]
    public void Chains_that_share_operands_are_one_pass_and_an_update_of_Adam_is()
    {
        Operand[] at = [.. Enumerable.Range(0, 5).Select(i => new Operand(i * 1024, ElementType.Float64, new Shape(100)))];
        var (theta, gradient, mean, square, other) = (at[0], at[1], at[2], at[3], at[4]);
        MapCall[] update =
        [
            new([mean, gradient], [new(MapFunction.Scale, 0, Constant: 0.9), new(MapFunction.Add, 2, 1)], mean),
            new([square, gradient], [new(MapFunction.Multiply, 1, 1), new(MapFunction.Add, 0, 2)], square),
            new([theta, mean, square], [new(MapFunction.Divide, 1, 2), new(MapFunction.Subtract, 0, 3)], theta),
        ];
        var group = Assert.IsType<MapGroup>(Assert.Single(MapGroup.Join(update)));
        Assert.Equal([mean, gradient, square, theta], group.Inputs);
        Assert.Equal([mean, square, theta], group.Outputs);

        Assert.Equal(2, MapGroup.Join([update[0], new MapCall([other], [new(MapFunction.Exp, 0)], other)]).Count());
        Assert.Equal(3, MapGroup.Join([update[0], new FillCall(0, other), update[1]]).Count());
    }

    [Fact]
    public void A_chain_that_reads_what_another_writes_elsewhere_runs_after_it()
    {
        // Each element of the second chain is the first's at another index.
        var (whole, shape) = (new Operand(0, ElementType.Float64, new Shape(3000)), new Shape(2000));
        var (low, high) = (whole.Slice(0, 0, 2000), whole.Slice(0, 1, 2000));
        var target = new Operand(24064, ElementType.Float64, shape);
        KernelCall[] calls =
        [
            new MapCall([high], [new(MapFunction.Negate, 0)], high),
            new MapCall([low, target], [new(MapFunction.Add, 0, 1)], target),
        ];
        Assert.Equal(2, MapGroup.Join(calls).Count());
        Check(new CpuBackend(), calls, [.. Enumerable.Range(0, 40064).Select(i => (byte)(i % 8 < 6 ? i : 63))], ElementType.Float64);
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Results_larger_than_caches(ElementType type)
    {
        var random = new Philox(6, "far");
        var (operands, bytes) = Place(random, type, new Shape((1 << 24) / type.Size() + 37));
        MapCall[] calls =
        [
            new([operands[0]], [new(MapFunction.Copy, 0)], operands[3]),
            new([operands[0], operands[1]], [new(MapFunction.Add, 0, 1), new(MapFunction.Sqrt, 2)], operands[2]),
            new([operands[2], operands[0]], [new(MapFunction.Multiply, 0, 1)], operands[0]),
        ];
        using var team = new WorkerTeam(2);
        var expected = Run(new ReferenceBackend(), calls, bytes);
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            Check(new CpuBackend(width, team), calls, bytes, type, expected);
        }
    }

    /// <summary>Operands one after the other, none of them on a vector's boundary, and their bytes, numbers from 1 to 2.</summary>
    private static (Operand[] Operands, byte[] Bytes) Place(Philox random, ElementType type, Shape shape)
    {
        var size = type.Size();
        Operand[] operands =
        [
            .. Enumerable.Range(0, Operands).Select(i => new Operand(((i * (shape.Size + 3)) + 1) * size, type, shape)),
        ];
        var numbers = new double[(Operands * (shape.Size + 3)) + 1];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = 1 + random.NextDouble();
        }

        return (operands, type == ElementType.Float64
            ? MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray()
            : MemoryMarshal.AsBytes(Array.ConvertAll(numbers, number => (float)number).AsSpan()).ToArray());
    }

    /// <summary>Two or three steps on operands, among them numbers repeated, that keep positive what is.</summary>
    private static MapCall Chain(Philox random, Operand[] operands)
    {
        var output = operands[random.NextInt(Operands)];
        var number = new Operand(output.Offset, output.Type, new Shape(1)).Broadcast(output.Shape);
        Operand[] inputs =
        [
            operands[random.NextInt(Operands)],
            random.NextInt(8) == 0 ? number.At(operands[^1].Offset) : operands[random.NextInt(Operands)],
        ];
        inputs = inputs[1].IsContiguous || output != operands[^1] ? inputs : [inputs[0], inputs[0]];
        MapStep[] steps =
        [
            new(MapFunction.Multiply, 0, 1), new(MapFunction.Offset, 1, Constant: 0.5), new(MapFunction.Divide, 2, 3),
            new(MapFunction.Sqrt, random.NextInt(5)),
        ];
        return new MapCall(inputs, steps[..(1 + random.NextInt(4))], output);
    }

    private static void Check(
        CpuBackend backend, IReadOnlyList<KernelCall> calls, byte[] before, ElementType type, byte[]? known = null)
    {
        var expected = known ?? Run(new ReferenceBackend(), calls, before);
        var actual = Run(backend, calls, before);
        for (var at = 0; at < before.Length; at += type.Size())
        {
            var (a, b) = (ArenaImage.Read(expected, type, at), ArenaImage.Read(actual, type, at));
            if (Math.Abs(a - b) > (type == ElementType.Float64 ? 1e-13 : 1e-5) * Math.Abs(a))
            {
                Assert.Fail($"byte {at}: {b} and should be {a}, {backend.Name}: {string.Join("; ", calls)}");
            }
        }
    }

    private static byte[] Run(IBackend backend, IReadOnlyList<KernelCall> calls, byte[] before)
    {
        using var arena = backend.Allocate(before.Length);
        using var sequence = backend.Prepare(calls, arena);
        arena.Write(0, before);
        sequence.Run();
        var after = new byte[before.Length];
        arena.Read(0, after);
        return after;
    }
}
