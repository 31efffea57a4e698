using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Layer or RMS normalisation along one axis, or its scale.</summary>
internal sealed unsafe class NormalizeKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T* _input;
    private readonly T* _output;
    private readonly Odometer _rows;
    private readonly long _count;
    private readonly long _inputStep;
    private readonly long _outputStep;
    private readonly T _epsilon;
    private readonly bool _centered;
    private readonly bool _scale;

    public NormalizeKernel(NormalizeCall call, HostMemory arena)
    {
        _input = (T*)(arena.Pointer + call.Input.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        (_epsilon, _centered, _scale) = (T.CreateTruncating(call.Epsilon), call.Centered, call.Scale);
        _count = call.Input.Shape[call.Axis];
        (_inputStep, _outputStep) = (call.Input.Strides[call.Axis], call.Output.Strides[call.Axis]);
        var extents = call.Input.Shape.Select(extent => (long)extent).ToArray();
        extents[call.Axis] = Math.Min(1, _count);
        var nest = LoopNest.Over(extents, call.Input.Strides.ToArray(), call.Output.Strides.ToArray());
        _rows = new Odometer(nest.Extents, nest.Strides);
    }

    public override void Run(int worker)
    {
        _rows.Reset();
        for (var row = 0L; row < _rows.Count; row++, _rows.Next())
        {
            Row(_input + _rows.Offsets[0], _output + _rows.Offsets[1]);
        }
    }

    private void Row(T* input, T* output)
    {
        var count = T.CreateTruncating(_count);
        var mean = _centered ? RowSums<T, V, S>.Total(input, _inputStep, _count) / count : T.Zero;
        var variance = RowSums<T, V, S>.SquaredDistance(input, _inputStep, _count, mean) / count;
        var scale = T.One / T.Sqrt(variance + _epsilon);
        if (_scale)
        {
            *output = scale;
            return;
        }

        var i = 0L;
        if (_inputStep == 1 && _outputStep == 1)
        {
            var (means, scales) = (S.Broadcast(mean), S.Broadcast(scale));
            for (; i <= _count - S.Width; i += S.Width)
            {
                S.Store(S.Multiply(scales, S.Subtract(S.Load(input + i), means)), output + i);
            }
        }

        for (; i < _count; i++)
        {
            output[i * _outputStep] = scale * (input[i * _inputStep] - mean);
        }
    }
}
