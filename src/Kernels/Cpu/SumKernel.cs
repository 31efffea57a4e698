using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Cpu;

/// <summary>Chooses the kernel of a sum.</summary>
internal static unsafe class SumKernel
{
    /// <summary>
    /// Where neighbours in memory stay apart, rows are added to rows; else each row is added up, its loops one by one.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="arena">The memory of its operands.</param>
    /// <param name="scratch">Memory for copies.</param>
    /// <param name="team">Who may share a call that <see cref="SharesItself"/>.</param>
    public static CpuKernel Prepare<T, V, S>(SumCall call, HostMemory arena, Scratch scratch, WorkerTeam? team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct
        where S : struct, ISimd<T, V>
    {
        var (kept, summed) = Loops(call);
        var (input, output) = ((nint)(arena.Pointer + call.Input.Offset), (nint)(arena.Pointer + call.Output.Offset));
        if (kept.Rank > 0 && kept.Strides[0][^1] == 1 && kept.Strides[1][^1] == 1)
        {
            return PartialColumnSums.Parts(kept, summed, sizeof(T)) > 1
                ? PartialColumnSums.Prepare<T, V, S>(scratch, kept, summed, input, output, team)
                : new ColumnSumKernel<T, V, S>(scratch, kept, summed, input, output);
        }

        return summed.Rank <= 1
            ? new RowSumKernel<T, V, S>(
                scratch,
                kept.Extents,
                summed.Rank == 0 ? 1 : summed.Extents[0],
                new RowOperand(input, summed.Rank == 0 ? 1 : summed.Strides[0][0], kept.Strides[0]),
                new RowOperand(output, 0, kept.Strides[1]))
            : new NestedSumKernel<T, V, S>(kept, summed, (T*)input, (T*)output);
    }

    /// <summary>
    /// Whether a call sums columns of so many rows that a team takes rows in turn: strips of columns would leave most of
    /// each stretch of memory to others.
    /// </summary>
    public static bool SharesItself(SumCall call)
    {
        var (kept, summed) = Loops(call);
        return PartialColumnSums.Parts(kept, summed, call.Input.Type.Size()) > 1;
    }

    private static (LoopNest Kept, LoopNest Summed) Loops(SumCall call)
    {
        var strides = call.Input.Strides.ToArray();
        int[] axes = [.. Enumerable.Range(0, strides.Length).Except(call.Axes)];
        var kept = LoopNest.Over(
            [.. axes.Select(axis => (long)call.Input.Shape[axis])],
            [.. axes.Select(axis => strides[axis])],
            call.Output.Strides.ToArray());
        var summed = LoopNest.Over(
            [.. call.Axes.Select(axis => (long)call.Input.Shape[axis])], [.. call.Axes.Select(axis => strides[axis])]);
        return (kept, summed);
    }
}

/// <summary>Sums of rows.</summary>
internal sealed unsafe class RowSumKernel<T, V, S>(
    Scratch scratch, long[] extents, long count, RowOperand input, RowOperand output)
    : RowKernel<T, V, S>(scratch, extents, count, input, output, 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Run(RowSet<T>* sets, int count)
    {
        var numbers = stackalloc T[MaxSets * S.Width];
        var totals = new RowNumbers<T, V, S>(numbers, sets[0].IsAlong);
        for (var i = 0; i < count; i++)
        {
            totals[i] = RowSums<T, V, S>.Total(in sets[i]);
            totals.Write(i, in sets[i]);
        }
    }
}

/// <summary>Sums over several loops: each innermost row is added up, and the totals one after the other.</summary>
internal sealed unsafe class NestedSumKernel<T, V, S>(LoopNest kept, LoopNest summed, T* input, T* output) : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T* _input = input;
    private readonly T* _output = output;
    private readonly Odometer _kept = new(kept.Extents, kept.Strides);
    private readonly Odometer _summed = new(summed.Extents[..^1], [summed.Strides[0][..^1]]);
    private readonly long _count = summed.Extents[^1];
    private readonly long _step = summed.Strides[0][^1];

    public override void Run(int worker)
    {
        _kept.Reset();
        for (var i = 0L; i < _kept.Count; i++, _kept.Next())
        {
            var total = T.Zero;
            _summed.Reset();
            for (var j = 0L; j < _summed.Count; j++, _summed.Next())
            {
                total += RowSums<T, V, S>.Total(_input + _kept.Offsets[0] + _summed.Offsets[0], _step, _count);
            }

            _output[_kept.Offsets[1]] = total;
        }
    }
}
