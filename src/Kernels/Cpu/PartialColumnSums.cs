using System.Numerics;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Sums of the columns of a long matrix: parts of its rows, which lie in one run of memory each, are summed apart, and
/// their sums in order in the end. The parts depend on shapes alone.
/// </summary>
internal sealed unsafe class PartialColumnSums : CpuKernel, IParallelWork
{
    /// <summary>Bytes of a part, many times what handing it out costs.</summary>
    private const long PartBytes = 256 << 10;

    private const long MostParts = 32;

    private readonly CpuKernel[] _parts;
    private readonly CpuKernel _total;
    private readonly byte* _sums;
    private readonly WorkerTeam? _team;

    private PartialColumnSums(CpuKernel[] parts, CpuKernel total, byte* sums, WorkerTeam? team)
    {
        (_parts, _total, _team) = (parts, total, team);
        _sums = sums;
    }

    /// <summary>Parts into which a sum is cut: one where columns are not neighbours in memory, or rows few or short in all.</summary>
    /// <param name="kept">Loops over columns, with the strides of input and output.</param>
    /// <param name="summed">Loops over rows.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    public static long Parts(LoopNest kept, LoopNest summed, int elementSize)
    {
        if (kept.Rank != 1 || kept.Strides[0][0] != 1 || kept.Strides[1][0] != 1 || summed.Rank == 0)
        {
            return 1;
        }

        var (columns, rows) = (kept.Extents[0], summed.Extents.Aggregate(1L, (product, extent) => product * extent));
        return columns > rows
            ? 1
            : Math.Clamp(Math.Min(rows * columns * elementSize / PartBytes, summed.Extents[0]), 1, MostParts);
    }

    /// <summary>The kernel of a sum that has several parts.</summary>
    public static PartialColumnSums Prepare<T, V, S>(
        Scratch scratch, LoopNest kept, LoopNest summed, nint input, nint output, WorkerTeam? team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct
        where S : struct, ISimd<T, V>
    {
        var (count, columns) = (Parts(kept, summed, sizeof(T)), kept.Extents[0]);
        var sums = HostPages.Allocate((nuint)(count * columns * sizeof(T)));
        var parts = new CpuKernel[count];
        for (var i = 0; i < count; i++)
        {
            var (from, to) = (summed.Extents[0] * i / count, summed.Extents[0] * (i + 1) / count);
            parts[i] = new ColumnSumKernel<T, V, S>(
                scratch,
                kept,
                LoopNest.Over([to - from, .. summed.Extents[1..]], summed.Strides[0]),
                input + (nint)(from * summed.Strides[0][0] * sizeof(T)),
                (nint)sums + (nint)(i * columns * sizeof(T)));
        }

        var total = new ColumnSumKernel<T, V, S>(scratch, kept, LoopNest.Over([count], [columns]), (nint)sums, output);
        return new PartialColumnSums(parts, total, sums, team);
    }

    public override void Run(int worker)
    {
        if (_team is not null)
        {
            _team.Run(this, _parts.Length);
        }
        else
        {
            foreach (var part in _parts)
            {
                part.Run(worker);
            }
        }

        _total.Run(worker);
    }

    void IParallelWork.Run(int item, int worker) => _parts[item].Run(worker);

    public override void Dispose() => HostPages.Free(_sums);
}
