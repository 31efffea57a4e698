using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Sums over axes. Where the innermost loop is kept, whole rows are added to rows; where it is summed, a row is added up
/// in lanes whose number depends on the vector width alone.
/// </summary>
internal sealed unsafe class SumKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T* _input;
    private readonly T* _output;
    private readonly Odometer _kept;
    private readonly Odometer _summed;
    private readonly long _rowCount;
    private readonly long _rowStep;
    private readonly bool _rowIsKept;

    public SumKernel(SumCall call, HostMemory arena)
    {
        _input = (T*)(arena.Pointer + call.Input.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        var axes = Enumerable.Range(0, call.Input.Shape.Rank).ToArray();
        var inputStrides = call.Input.Strides.ToArray();
        var kept = LoopNest.Over(
            [.. axes.Except(call.Axes).Select(axis => (long)call.Input.Shape[axis])],
            [.. axes.Except(call.Axes).Select(axis => inputStrides[axis])],
            call.Output.Strides.ToArray());
        var summed = LoopNest.Over(
            [.. call.Axes.Select(axis => (long)call.Input.Shape[axis])],
            [.. call.Axes.Select(axis => inputStrides[axis])]);

        var (k, s) = (kept.Rank, summed.Rank);
        _rowIsKept = k > 0 && kept.Strides[0][^1] == 1 && kept.Strides[1][^1] == 1;
        if (_rowIsKept)
        {
            (_rowCount, _rowStep) = (kept.Extents[^1], 1);
            k--;
        }
        else if (s > 0)
        {
            (_rowCount, _rowStep) = (summed.Extents[^1], summed.Strides[0][^1]);
            s--;
        }
        else
        {
            (_rowCount, _rowStep) = (1, 1);
        }

        _kept = new Odometer(kept.Extents[..k], [kept.Strides[0][..k], kept.Strides[1][..k]]);
        _summed = new Odometer(summed.Extents[..s], [summed.Strides[0][..s]]);
    }

    public override void Run(int worker)
    {
        _kept.Reset();
        for (var i = 0L; i < _kept.Count; i++, _kept.Next())
        {
            var input = _input + _kept.Offsets[0];
            var output = _output + _kept.Offsets[1];
            _summed.Reset();
            if (_rowIsKept)
            {
                new Span<T>(output, checked((int)_rowCount)).Clear();
                for (var j = 0L; j < _summed.Count; j++, _summed.Next())
                {
                    AddRow(input + _summed.Offsets[0], output);
                }
            }
            else
            {
                var total = T.Zero;
                for (var j = 0L; j < _summed.Count; j++, _summed.Next())
                {
                    total += RowSums<T, V, S>.Total(input + _summed.Offsets[0], _rowStep, _rowCount);
                }

                *output = total;
            }
        }
    }

    private void AddRow(T* input, T* output)
    {
        var i = 0L;
        for (; i <= _rowCount - S.Width; i += S.Width)
        {
            S.Store(S.Add(S.Load(output + i), S.Load(input + i)), output + i);
        }

        for (; i < _rowCount; i++)
        {
            output[i] += input[i];
        }
    }
}
