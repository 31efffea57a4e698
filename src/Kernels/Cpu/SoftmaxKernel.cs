using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Softmax or its logarithm along one axis.</summary>
internal sealed unsafe class SoftmaxKernel<T> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _input;
    private readonly T* _output;
    private readonly Odometer _rows;
    private readonly long _count;
    private readonly long _inputStep;
    private readonly long _outputStep;
    private readonly bool _logarithm;

    public SoftmaxKernel(SoftmaxCall call, HostMemory arena)
    {
        _input = (T*)(arena.Pointer + call.Input.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _count = call.Input.Shape[call.Axis];
        _inputStep = call.Input.Strides[call.Axis];
        _outputStep = call.Output.Strides[call.Axis];
        _logarithm = call.Logarithm;
        var extents = call.Input.Shape.Select(extent => (long)extent).ToArray();
        extents[call.Axis] = Math.Min(1, _count);
        var nest = LoopNest.Over(extents, call.Input.Strides.ToArray(), call.Output.Strides.ToArray());
        _rows = new Odometer(nest.Extents, nest.Strides);
    }

    public override void Run()
    {
        _rows.Reset();
        for (var row = 0L; row < _rows.Count; row++, _rows.Next())
        {
            Row(_input + _rows.Offsets[0], _output + _rows.Offsets[1]);
        }
    }

    private void Row(T* input, T* output)
    {
        var largest = input[0];
        for (var i = 1L; i < _count; i++)
        {
            largest = T.Max(largest, input[i * _inputStep]);
        }

        var total = T.Zero;
        for (var i = 0L; i < _count; i++)
        {
            var shifted = input[i * _inputStep] - largest;
            var power = T.Exp(shifted);
            total += power;
            output[i * _outputStep] = _logarithm ? shifted : power;
        }

        var logarithm = T.Log(total);
        for (var i = 0L; i < _count; i++)
        {
            ref var element = ref output[i * _outputStep];
            element = _logarithm ? element - logarithm : element / total;
        }
    }
}
