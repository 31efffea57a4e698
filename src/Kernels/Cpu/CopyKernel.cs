using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>Moves elements from one layout to another, a plane of the two innermost loops at a time.</summary>
internal sealed unsafe class CopyKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T* _source;
    private readonly T* _destination;
    private readonly RowSteps _from;
    private readonly RowSteps _to;
    private readonly long _rows;
    private readonly long _length;
    private readonly Odometer _planes;
    private readonly bool _isStreamed;

    /// <summary>For a call whose only step is a copy of its only input.</summary>
    public CopyKernel(MapGroup call, HostMemory arena)
    {
        var (input, output) = (call.Inputs[0], call.Output);
        var nest = LoopNest.Over(output.Shape, input, output);
        var (rank, outer) = (nest.Rank, Math.Max(0, nest.Rank - 2));
        _length = rank > 0 ? nest.Extents[^1] : 1;
        _rows = rank > 1 ? nest.Extents[^2] : 1;
        (_from, _to) = (Steps(nest.Strides[0]), Steps(nest.Strides[1]));
        _planes = new Odometer(nest.Extents[..outer], [.. nest.Strides.Select(strides => strides[..outer])]);
        _isStreamed = call.IsFar && nest.IsFlat(0) && nest.IsFlat(1) && input.Offset != output.Offset;
        _source = (T*)(arena.Pointer + input.Offset);
        _destination = (T*)(arena.Pointer + output.Offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int worker)
    {
        if (_isStreamed)
        {
            StreamedStores<T, V, S>.Copy(_source, _destination, _rows * _length);
            StreamedStores<T, V, S>.Finish();
            return;
        }

        _planes.Reset();
        for (var plane = _planes.Count; plane > 0; plane--, _planes.Next())
        {
            var offsets = _planes.Offsets;
            RowMoves<T, V, S>.Move(_source + offsets[0], _from, _destination + offsets[1], _to, _rows, _length);
        }
    }

    private static RowSteps Steps(long[] strides) =>
        new(strides.Length > 1 ? strides[^2] : 0, strides.Length > 0 ? strides[^1] : 1);
}
