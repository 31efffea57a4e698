using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Ones at the classes of indices, zeros elsewhere.</summary>
internal sealed unsafe class OneHotKernel<T> : CpuKernel
    where T : unmanaged, INumber<T>
{
    private readonly int* _indices;
    private readonly T* _output;
    private readonly Odometer _rows;
    private readonly int _classes;
    private readonly long _step;

    public OneHotKernel(OneHotCall call, HostMemory arena)
    {
        _indices = (int*)(arena.Pointer + call.Indices.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        var last = call.Output.Shape.Rank - 1;
        (_classes, _step) = (call.Output.Shape[last], call.Output.Strides[last]);
        var nest = LoopNest.Over(
            [.. call.Indices.Shape.Select(extent => (long)extent)],
            call.Indices.Strides.ToArray(),
            call.Output.Strides[..last].ToArray());
        _rows = new Odometer(nest.Extents, nest.Strides);
    }

    public override void Run(int worker)
    {
        _rows.Reset();
        for (var row = 0L; row < _rows.Count; row++, _rows.Next())
        {
            var output = _output + _rows.Offsets[1];
            for (var c = 0; c < _classes; c++)
            {
                output[c * _step] = T.Zero;
            }

            var index = _indices[_rows.Offsets[0]];
            if (index >= 0 && index < _classes)
            {
                output[index * _step] = T.One;
            }
        }
    }
}
