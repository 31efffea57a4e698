using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <summary>The largest element, or the logarithm of the sum of exponentials, over axes that are one loop.</summary>
internal sealed unsafe class ReduceKernel<T, V, S>(
    Reduction reduction, Scratch scratch, long[] extents, long count, RowOperand input, RowOperand output)
    : RowKernel<T, V, S>(scratch, extents, count, input, output, 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>A kernel for a call, which collects the elements of each reduction first if they lie in several loops.</summary>
    public static CpuKernel Prepare(ReduceCall call, HostMemory arena, Scratch scratch)
    {
        var strides = call.Input.Strides.ToArray();
        int[] axes = [.. Enumerable.Range(0, call.Input.Shape.Rank).Except(call.Axes)];
        long[] extents = [.. axes.Select(axis => (long)call.Input.Shape[axis])];
        var reduced = LoopNest.Over(
            [.. call.Axes.Select(axis => (long)call.Input.Shape[axis])], [.. call.Axes.Select(axis => strides[axis])]);
        var count = reduced.Extents.Aggregate(1L, (product, extent) => product * extent);
        var input = new RowOperand(
            (nint)(arena.Pointer + call.Input.Offset),
            reduced.Rank == 1 ? reduced.Strides[0][0] : 1,
            [.. axes.Select(axis => strides[axis])]);
        var output = new RowOperand((nint)(arena.Pointer + call.Output.Offset), 0, call.Output.Strides.ToArray());
        return reduced.Rank <= 1
            ? new ReduceKernel<T, V, S>(call.Reduction, scratch, extents, count, input, output)
            : new GatheredReduceKernel<T, V, S>(call.Reduction, scratch, extents, reduced, input, output);
    }

    /// <summary>Reduces rows to an element each, in two steps for all sets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce(RowSet<T>* sets, int count, Reduction reduction)
    {
        T* first = stackalloc T[MaxSets * S.Width], second = stackalloc T[MaxSets * S.Width];
        RowNumbers<T, V, S> results = new(first, sets[0].IsAlong), totals = new(second, sets[0].IsAlong);
        RowPowers<T, V, S>.Largest(sets, count, results);
        if (reduction == Reduction.LogSumExp)
        {
            RowPowers<T, V, S>.Totals(sets, count, results, totals);
            for (var i = 0; i < totals.Vectors(count); i++)
            {
                var largest = results.Vector(i);
                var sum = S.Add(largest, Logarithm<T, V, S>.Of(totals.Vector(i)));
                results.SetVector(
                    i, S.Select(S.Equal(S.Abs(largest), S.Number(double.PositiveInfinity)), largest, sum));
            }
        }

        for (var i = 0; i < count; i++)
        {
            results.Write(i, in sets[i]);
        }
    }

    protected override void Run(RowSet<T>* sets, int count) => Reduce(sets, count, reduction);
}

/// <summary>A reduction over several loops: their elements are collected, and then reduced as one row.</summary>
internal sealed unsafe class GatheredReduceKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly Reduction _reduction;
    private readonly Scratch _scratch;
    private readonly T* _input;
    private readonly T* _output;
    private readonly Odometer _kept;
    private readonly Odometer _reduced;

    public GatheredReduceKernel(
        Reduction reduction, Scratch scratch, long[] extents, LoopNest reduced, RowOperand input, RowOperand output)
    {
        (_reduction, _scratch) = (reduction, scratch);
        _input = (T*)input.Pointer;
        _output = (T*)output.Pointer;
        var kept = LoopNest.Over(extents, input.Strides, output.Strides);
        _kept = new Odometer(kept.Extents, kept.Strides);
        _reduced = new Odometer(reduced.Extents, reduced.Strides);
        scratch.Reserve(_reduced.Count * sizeof(T));
    }

    public override void Run(int worker)
    {
        var row = (T*)_scratch.Pointer(worker);
        _kept.Reset();
        for (var i = 0L; i < _kept.Count; i++, _kept.Next())
        {
            _reduced.Reset();
            for (var j = 0L; j < _reduced.Count; j++, _reduced.Next())
            {
                row[j] = _input[_kept.Offsets[0] + _reduced.Offsets[0]];
            }

            var set = new RowSet<T>
            {
                Input = row,
                InputStep = S.Width,
                Output = _output + _kept.Offsets[1],
                Vectors = _reduced.Count / S.Width,
                Tail = (int)(_reduced.Count % S.Width),
                Rows = 1,
                IsAlong = true,
            };
            ReduceKernel<T, V, S>.Reduce(&set, 1, _reduction);
        }
    }
}
