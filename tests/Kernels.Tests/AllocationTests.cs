using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Tests;

/// <summary>Tests that count the allocations of the whole process, and so run alone.</summary>
[CollectionDefinition(nameof(CountsAllocations), DisableParallelization = true)]
public class CountsAllocations;

[Collection(nameof(CountsAllocations))]
public class AllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_team_hands_out_work_without_allocating(int size)
    {
        using var team = new WorkerTeam(size);
        var work = new Nothing();
        Assert.Equal(0, BytesOf(() => team.Run(work, 20)));
    }

    [Theory]
    [InlineData(VectorWidth.Bits256)]
    [InlineData(VectorWidth.Bits512)]
    public void A_sequence_runs_without_allocating(VectorWidth width)
    {
        var backend = new CpuBackend(width);
        var type = ElementType.Float64;
        var (left, right, output) = (
            new Operand(0, type, new Shape(9, 17)),
            new Operand(2048, type, new Shape(17, 9)),
            new Operand(4096, type, new Shape(9, 9)));
        KernelCall[] calls =
        [
            new FillCall(0.5, left),
            new FillCall(2, right),
            new ContractCall(left, [0, 1], right, [1, 2], output, [0, 2], 1, false),
            new ContractCall(left, [0, 1], left, [2, 1], output, [0, 2], 1, true),
            new SoftmaxCall(output, 1, false, output),
            new MapCall([output], [new MapStep(MapFunction.Tanh, 0), new MapStep(MapFunction.Add, 0, 1)], output),
            new SumCall(output, [0], new Operand(8192, type, new Shape(9))),
        ];
        using var arena = backend.Allocate(16384);
        using var sequence = backend.Prepare(calls, arena);
        Assert.Equal(0, BytesOf(sequence.Run));
    }

    [Fact]
    public void A_sequence_shared_by_a_team_runs_without_allocating()
    {
        using var team = new WorkerTeam(2);
        var backend = new CpuBackend(team);
        Operand[] operands =
        [
            .. Enumerable.Range(0, 3).Select(i => new Operand(i << 20, ElementType.Float64, new Shape(300, 300))),
        ];
        KernelCall[] calls =
        [
            new FillCall(0.01, operands[0]),
            new MapCall([operands[0]], [new MapStep(MapFunction.Exp, 0)], operands[1]),
            new ContractCall(operands[0], [0, 1], operands[1], [1, 2], operands[2], [0, 2], 1, false),
            new SoftmaxCall(operands[2], 1, false, operands[2]),
        ];
        using var arena = backend.Allocate(3 << 20);
        using var sequence = backend.Prepare(calls, arena);
        Assert.Equal(0, BytesOf(sequence.Run));
    }

    /// <summary>Managed bytes of 100 runs on all threads.</summary>
    private static long BytesOf(Action run) => Allocations.OfProcess(() =>
    {
        for (var i = 0; i < 100; i++)
        {
            run();
        }
    });

    private sealed class Nothing : IParallelWork
    {
        public void Run(int item, int worker)
        {
        }
    }
}
