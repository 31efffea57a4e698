using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>The largest element, or the logarithm of the sum of exponentials, over some axes.</summary>
internal sealed unsafe class ReduceKernel<T> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _input;
    private readonly T* _output;
    private readonly Odometer _kept;
    private readonly Odometer _reduced;
    private readonly Reduction _reduction;

    public ReduceKernel(ReduceCall call, HostMemory arena)
    {
        _input = (T*)(arena.Pointer + call.Input.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _reduction = call.Reduction;
        var inputStrides = call.Input.Strides.ToArray();
        int[] axes = [.. Enumerable.Range(0, call.Input.Shape.Rank).Except(call.Axes)];
        var kept = LoopNest.Over(
            [.. axes.Select(axis => (long)call.Input.Shape[axis])],
            [.. axes.Select(axis => inputStrides[axis])],
            call.Output.Strides.ToArray());
        var reduced = LoopNest.Over(
            [.. call.Axes.Select(axis => (long)call.Input.Shape[axis])],
            [.. call.Axes.Select(axis => inputStrides[axis])]);
        _kept = new Odometer(kept.Extents, kept.Strides);
        _reduced = new Odometer(reduced.Extents, reduced.Strides);
    }

    public override void Run(int worker)
    {
        _kept.Reset();
        for (var i = 0L; i < _kept.Count; i++, _kept.Next())
        {
            var input = _input + _kept.Offsets[0];
            var largest = T.NegativeInfinity;
            _reduced.Reset();
            for (var j = 0L; j < _reduced.Count; j++, _reduced.Next())
            {
                largest = T.Max(largest, input[_reduced.Offsets[0]]);
            }

            _output[_kept.Offsets[1]] = _reduction == Reduction.Max || T.IsInfinity(largest)
                ? largest
                : largest + T.Log(TotalOfPowers(input, largest));
        }
    }

    private T TotalOfPowers(T* input, T largest)
    {
        var total = T.Zero;
        _reduced.Reset();
        for (var j = 0L; j < _reduced.Count; j++, _reduced.Next())
        {
            total += T.Exp(input[_reduced.Offsets[0]] - largest);
        }

        return total;
    }
}
