using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Kernels.Reference;
using Looped.Tensors;

namespace Looped.Kernels.Tests;

/// <summary>Calls large enough to be cut into pieces.</summary>
public class SharingTests
{
    /// <summary>Makes a call of each kind on operands that it asks for.</summary>
    private static readonly Dictionary<string, Func<Arena, KernelCall>> Calls = new()
    {
        ["map"] = a => new MapCall(
            [a.Real(700, 501), a.Real(1, 501).Broadcast(new Shape(700, 501))],
            [new MapStep(MapFunction.Tanh, 0), new MapStep(MapFunction.Multiply, 1, 2)],
            a.Real(700, 501)),
        ["map of a transpose"] = a => new MapCall(
            [a.Real(501, 700).Transpose([1, 0])], [new MapStep(MapFunction.Exp, 0)], a.Real(700, 501)),
        ["map of one axis"] = a => new MapCall([a.Real(300_001)], [new MapStep(MapFunction.Exp, 0)], a.Real(300_001)),
        ["product"] = a => new ContractCall(
            a.Real(300, 257), [0, 1], a.Real(257, 390), [1, 2], a.Real(300, 390), [0, 2], 0.5, false),
        ["product of transposes, added"] = a => new ContractCall(
            a.Real(257, 300), [1, 0], a.Real(390, 257), [2, 1], a.Real(300, 390), [0, 2], 1, true),
        ["product into a transpose"] = a => new ContractCall(
            a.Real(257, 300), [1, 0], a.Real(257, 390), [1, 2],
            a.Real(390, 300).Transpose([1, 0]), [0, 2], 1, false),
        ["batched product"] = a => new ContractCall(
            a.Real(501, 16, 16), [0, 1, 2], a.Real(501, 16, 16), [0, 2, 3], a.Real(501, 16, 16), [0, 1, 3], 1, false),
        ["product of rows, both factors with directions"] = a => new ContractCall(
            a.Real(900, 3, 8, 24), [0, 1, 2, 4], a.Real(8, 8), [2, 3], a.Real(900, 3, 8, 24), [0, 1, 3, 4], 1, false),
        ["sums of columns"] = a => new SumCall(a.Real(2000, 301), [0], a.Real(301)),
        ["sums of rows"] = a => new SumCall(a.Real(2000, 301), [1], a.Real(2000)),
        ["largest of rows"] = a => new ReduceCall(a.Real(2000, 301), [1], Reduction.Max, a.Real(2000)),
        ["softmax"] = a => new SoftmaxCall(a.Real(700, 301), 1, false, a.Real(700, 301)),
        ["log-softmax of the first axis"] = a => new SoftmaxCall(a.Real(301, 700), 0, true, a.Real(301, 700)),
        ["normalisation"] = a => new NormalizeCall(a.Real(2000, 301), 1, 1e-5, true, false, a.Real(2000, 301)),
        ["jacobian of softmax"] = a => new SoftmaxJacobianProductCall(
            a.Real(300, 31), a.Real(300, 31, 24), 1, a.Real(300, 31, 24)),
        ["jacobian of normalisation"] = a => new NormalizeJacobianProductCall(
            a.Real(2000, 301), a.Real(2000, 301), 1, 1e-5, true, a.Real(2000, 301)),
        ["losses of rows"] = a => new RowLossCall(a.Real(900, 301), a.Whole(900), -1, false, a.Real(900)),
        ["gradients of rows"] = a => new RowLossCall(a.Real(900, 301), a.Whole(900), -1, true, a.Real(900, 301)),
        ["attention"] = a => new CausalAttentionCall(
            a.Real(3, 5, 65, 32), a.Real(3, 5, 65, 32), a.Real(3, 5, 65, 32), 0.2, a.Real(3, 5, 65, 32)),
        ["cotangents of attention"] = a => new CausalAttentionPullbackCall(
            a.Real(3, 5, 65, 32), a.Real(3, 5, 65, 32), a.Real(3, 5, 65, 32), a.Real(3, 5, 65, 32), 0.2,
            a.Real(3, 3, 5, 65, 32)),
        ["gather"] = a => new GatherCall(a.Real(200, 301), a.Whole(2000), 0, a.Real(2000, 301)),
        ["scatter"] = a => new ScatterAddCall(a.Real(2000, 301), a.Whole(2000), a.Real(200, 301)),
        ["one-hot"] = a => new OneHotCall(a.Whole(2000), a.Real(2000, 301)),
        ["fill"] = a => new FillCall(0.25, a.Real(900, 1001)),
    };

    public static TheoryData<string, ElementType> Cases
    {
        get
        {
            var cases = new TheoryData<string, ElementType>();
            foreach (var name in Calls.Keys)
            {
                cases.Add(name, ElementType.Float32);
                cases.Add(name, ElementType.Float64);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bits_do_not_depend_on_the_number_of_threads(string name, ElementType type)
    {
        var arena = new Arena(type);
        var call = Calls[name](arena);
        var expected = arena.Run(new ReferenceBackend(), call);
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            var alone = arena.Run(new CpuBackend(width), call);
            arena.AssertClose(call.Output, expected, alone);
            foreach (var size in (int[])[1, 2, 3])
            {
                using var team = new WorkerTeam(size);
                Assert.True(alone.AsSpan().SequenceEqual(arena.Run(new CpuBackend(width, team), call)), $"{size} threads");
            }
        }
    }

    [Fact]
    public void Large_calls_are_cut_and_small_ones_stay_whole()
    {
        Assert.All(Calls, call => Assert.True(Pieces.Of(call.Value(new Arena(ElementType.Float64))).Count > 1, call.Key));
        var arena = new Arena(ElementType.Float64);
        KernelCall[] small =
        [
            new ContractCall(
                arena.Real(81, 8), [0, 1], arena.Real(8, 8), [1, 2], arena.Real(81, 8), [0, 2], 1, false),
            new SoftmaxCall(arena.Real(27, 3), 1, false, arena.Real(27, 3)),
            new MapCall([arena.Real(27, 24)], [new MapStep(MapFunction.Negate, 0)], arena.Real(27, 24)),
        ];
        Assert.All(small, call => Assert.Equal([call], Pieces.Of(call)));
    }

    [Fact]
    public void A_sequence_run_by_a_busy_team_gives_the_same_bits()
    {
        using var team = new WorkerTeam(2);
        var arena = new Arena(ElementType.Float64);
        var call = Calls["product"](arena);
        var alone = arena.Run(new CpuBackend(team), call);
        var results = new byte[6][];
        team.Run(new Each(item => results[item] = arena.Run(new CpuBackend(team), call)), results.Length);
        Assert.All(results, result => Assert.True(alone.AsSpan().SequenceEqual(result)));
    }

    private sealed class Each(Action<int> action) : IParallelWork
    {
        public void Run(int item, int worker) => action(item);
    }

    /// <summary>Operands one after the other, filled with normal numbers, or with whole ones from -1 to 200.</summary>
    private sealed class Arena(ElementType type)
    {
        private readonly Philox _random = new(3, "shared calls");
        private byte[] _bytes = [];

        public Operand Real(params ReadOnlySpan<int> extents)
        {
            var shape = new Shape(extents);
            var numbers = new double[shape.Size];
            _random.FillNormal(numbers, 1);
            return Add(type, shape, type == ElementType.Float64
                ? MemoryMarshal.AsBytes(numbers.AsSpan())
                : MemoryMarshal.AsBytes(Array.ConvertAll(numbers, number => (float)number).AsSpan()));
        }

        public Operand Whole(int count)
        {
            int[] numbers = [.. Enumerable.Range(0, count).Select(_ => _random.NextInt(202) - 1)];
            return Add(ElementType.Int32, new Shape(count), MemoryMarshal.AsBytes(numbers.AsSpan()));
        }

        public byte[] Run(IBackend backend, KernelCall call)
        {
            using var memory = backend.Allocate(_bytes.Length);
            using var sequence = backend.Prepare([call], memory);
            memory.Write(0, _bytes);
            sequence.Run();
            var after = new byte[_bytes.Length];
            memory.Read(0, after);
            return after;
        }

        public void AssertClose(Operand output, byte[] expected, byte[] actual)
        {
            var (from, count) = ((int)output.Offset, (int)output.Shape.Size * type.Size());
            var (error, scale) = (0.0, 1.0);
            for (var i = from; i < from + count; i += type.Size())
            {
                var (a, b) = (Number(expected, i), Number(actual, i));
                if (!a.Equals(b))
                {
                    error = Math.Max(error, Math.Abs(a - b));
                    Assert.False(double.IsNaN(error));
                }

                scale = double.IsNaN(a) ? scale : Math.Max(scale, Math.Abs(a));
            }

            Assert.InRange(error / scale, 0, type == ElementType.Float64 ? 1e-13 : 2e-5);
        }

        private double Number(byte[] bytes, int position) => type == ElementType.Float64
            ? BitConverter.ToDouble(bytes, position)
            : BitConverter.ToSingle(bytes, position);

        private Operand Add(ElementType element, Shape shape, ReadOnlySpan<byte> content)
        {
            var operand = new Operand(_bytes.Length, element, shape);
            _bytes = [.. _bytes, .. content, .. new byte[(64 - (content.Length % 64)) % 64]];
            return operand;
        }
    }
}
