using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Writes one number everywhere.</summary>
internal sealed unsafe class FillKernel<T> : CpuKernel
    where T : unmanaged, INumber<T>
{
    private readonly T* _output;
    private readonly T _value;
    private readonly Odometer _rows;
    private readonly long _count;
    private readonly long _step;

    public FillKernel(FillCall call, HostMemory arena)
    {
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _value = T.CreateTruncating(call.Value);
        var nest = LoopNest.Over(call.Output.Shape, call.Output);
        _count = nest.Rank == 0 ? 1 : nest.Extents[^1];
        _step = nest.Rank == 0 ? 1 : nest.Strides[0][^1];
        var outer = Math.Max(0, nest.Rank - 1);
        _rows = new Odometer(nest.Extents[..outer], [nest.Strides[0][..outer]]);
    }

    public override void Run(int worker)
    {
        _rows.Reset();
        for (var row = 0L; row < _rows.Count; row++, _rows.Next())
        {
            var start = _output + _rows.Offsets[0];
            if (_step == 1)
            {
                new Span<T>(start, checked((int)_count)).Fill(_value);
                continue;
            }

            for (var i = 0L; i < _count; i++)
            {
                start[i * _step] = _value;
            }
        }
    }
}
