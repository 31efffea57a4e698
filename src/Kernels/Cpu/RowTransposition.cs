using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Brings as many short rows as a vector has lanes, one after the other in memory, side by side, and back: each vector of
/// the result is picked from all those of the source by permutations, whose indices and masks are made once.
/// </summary>
internal sealed unsafe class RowTransposition<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Rows up to this length are worth it.</summary>
    public const int LongestRow = 8;

    private readonly int _count;
    private readonly T[] _pack;
    private readonly T[] _unpack;

    /// <summary>For rows of a given length.</summary>
    public RowTransposition(int count)
    {
        _count = count;

        // Lane l of vector i holds element i of row l, which lies at l count + i.
        _pack = Table((vector, lane) => (lane * count) + vector);
        _unpack = Table((vector, lane) =>
        {
            var (row, i) = Math.DivRem((vector * S.Width) + lane, count);
            return (i * S.Width) + row;
        });
    }

    /// <summary>From rows to vectors of equal elements of each.</summary>
    public void Pack(T* rows, T* vectors) => Permute(_pack, rows, vectors);

    /// <summary>From vectors of equal elements to rows.</summary>
    public void Unpack(T* vectors, T* rows) => Permute(_unpack, vectors, rows);

    /// <summary>
    /// For each vector of the result the lanes of its elements in their vectors of the source, then for each vector of the
    /// source the mask of those that lie there.
    /// </summary>
    private T[] Table(Func<int, int, int> position)
    {
        var table = GC.AllocateArray<T>(_count * (_count + 1) * S.Width, pinned: true);
        for (var vector = 0; vector < _count; vector++)
        {
            var start = vector * (_count + 1) * S.Width;
            for (var lane = 0; lane < S.Width; lane++)
            {
                var (from, index) = Math.DivRem(position(vector, lane), S.Width);
                table[start + lane] = S.Index(index);
                table[start + ((from + 1) * S.Width) + lane] = S.Index(-1);
            }
        }

        return table;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Permute(T[] table, T* source, T* destination)
    {
        var count = _count;
        fixed (T* start = table)
        {
            var entry = start;
            for (var to = 0; to < count; to++, destination += S.Width)
            {
                var lanes = S.Load(entry);
                entry += S.Width;
                var result = S.Number(0);
                var from = source;
                for (var left = count; left > 0; left--, from += S.Width, entry += S.Width)
                {
                    result = S.Select(S.Load(entry), S.Permute(S.Load(from), lanes), result);
                }

                S.Store(result, destination);
            }
        }
    }
}
