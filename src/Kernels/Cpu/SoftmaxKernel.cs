using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Softmax or its logarithm along one axis.</summary>
internal sealed unsafe class SoftmaxKernel<T> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _input;
    private readonly T* _mask;
    private readonly T* _output;
    private readonly Odometer _rows;
    private readonly long _count;
    private readonly long _inputStep;
    private readonly long _maskStep;
    private readonly long _outputStep;
    private readonly bool _logarithm;

    public SoftmaxKernel(SoftmaxCall call, HostMemory arena)
    {
        _input = (T*)(arena.Pointer + call.Input.Offset);
        _mask = call.Mask is { } mask ? (T*)(arena.Pointer + mask.Offset) : null;
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _count = call.Input.Shape[call.Axis];
        _inputStep = call.Input.Strides[call.Axis];
        _maskStep = call.Mask?.Strides[call.Axis] ?? 0;
        _outputStep = call.Output.Strides[call.Axis];
        _logarithm = call.Logarithm;
        var extents = call.Input.Shape.Select(extent => (long)extent).ToArray();
        extents[call.Axis] = Math.Min(1, _count);
        var nest = LoopNest.Over(
            extents,
            call.Input.Strides.ToArray(),
            (call.Mask ?? call.Input).Strides.ToArray(),
            call.Output.Strides.ToArray());
        _rows = new Odometer(nest.Extents, nest.Strides);
    }

    public override void Run(int worker)
    {
        _rows.Reset();
        for (var row = 0L; row < _rows.Count; row++, _rows.Next())
        {
            Row(_input + _rows.Offsets[0], _mask + (_mask == null ? 0 : _rows.Offsets[1]), _output + _rows.Offsets[2]);
        }
    }

    private bool IsMasked(T* mask, long i) => _mask != null && mask[i * _maskStep] == T.Zero;

    private void Row(T* input, T* mask, T* output)
    {
        var largest = T.NegativeInfinity;
        for (var i = 0L; i < _count; i++)
        {
            largest = IsMasked(mask, i) ? largest : T.Max(largest, input[i * _inputStep]);
        }

        var nothing = _logarithm ? T.NegativeInfinity : T.Zero;
        var total = T.Zero;
        for (var i = 0L; i < _count; i++)
        {
            // With nothing above minus infinity there is nothing to shift by.
            if (IsMasked(mask, i) || T.IsNegativeInfinity(largest))
            {
                output[i * _outputStep] = nothing;
                continue;
            }

            var shifted = input[i * _inputStep] - largest;
            var power = T.Exp(shifted);
            total += power;
            output[i * _outputStep] = _logarithm ? shifted : power;
        }

        if (total == T.Zero)
        {
            return;
        }

        var (logarithm, share) = (T.Log(total), T.One / total);
        for (var i = 0L; i < _count; i++)
        {
            ref var element = ref output[i * _outputStep];
            element = _logarithm ? element - logarithm : element * share;
        }
    }
}
