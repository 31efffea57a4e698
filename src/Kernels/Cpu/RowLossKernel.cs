using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Cross-entropy of rows, or its gradient, in one pass over memory a row.</summary>
internal sealed unsafe class RowLossKernel<T> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _logits;
    private readonly int* _targets;
    private readonly T* _output;
    private readonly Odometer _rows;
    private readonly int _classes;
    private readonly int _ignored;
    private readonly bool _gradient;
    private readonly long _logitStep;
    private readonly long _outputStep;

    public RowLossKernel(RowLossCall call, HostMemory arena)
    {
        _logits = (T*)(arena.Pointer + call.Logits.Offset);
        _targets = (int*)(arena.Pointer + call.Targets.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        (_ignored, _gradient) = (call.Ignored, call.Gradient);
        var rank = call.Targets.Shape.Rank;
        (_classes, _logitStep) = (call.Logits.Shape[rank], call.Logits.Strides[rank]);
        _outputStep = call.Gradient ? call.Output.Strides[rank] : 0;
        var nest = LoopNest.Over(
            [.. call.Targets.Shape.Select(extent => (long)extent)],
            call.Logits.Strides[..rank].ToArray(),
            call.Targets.Strides.ToArray(),
            call.Output.Strides[..rank].ToArray());
        _rows = new Odometer(nest.Extents, nest.Strides);
    }

    public override void Run(int worker)
    {
        _rows.Reset();
        for (var row = 0L; row < _rows.Count; row++, _rows.Next())
        {
            var logits = _logits + _rows.Offsets[0];
            var output = _output + _rows.Offsets[2];
            var target = _targets[_rows.Offsets[1]];
            if (target == _ignored || target < 0 || target >= _classes)
            {
                Fill(output, target == _ignored ? T.Zero : T.NaN);
            }
            else if (_gradient)
            {
                Gradient(logits, target, output);
            }
            else
            {
                var largest = Largest(logits);
                *output = largest + T.Log(Total(logits, largest)) - logits[target * _logitStep];
            }
        }
    }

    private void Fill(T* output, T number)
    {
        for (var c = 0; c < (_gradient ? _classes : 1); c++)
        {
            output[c * _outputStep] = number;
        }
    }

    private void Gradient(T* logits, int target, T* output)
    {
        var largest = Largest(logits);
        var total = T.Zero;
        for (var c = 0; c < _classes; c++)
        {
            var power = T.Exp(logits[c * _logitStep] - largest);
            output[c * _outputStep] = power;
            total += power;
        }

        var share = T.One / total;
        for (var c = 0; c < _classes; c++)
        {
            output[c * _outputStep] *= share;
        }

        output[target * _outputStep] -= T.One;
    }

    private T Largest(T* logits)
    {
        var largest = logits[0];
        for (var c = 1; c < _classes; c++)
        {
            largest = T.Max(largest, logits[c * _logitStep]);
        }

        return largest;
    }

    private T Total(T* logits, T largest)
    {
        var total = T.Zero;
        for (var c = 0; c < _classes; c++)
        {
            total += T.Exp(logits[c * _logitStep] - largest);
        }

        return total;
    }
}
