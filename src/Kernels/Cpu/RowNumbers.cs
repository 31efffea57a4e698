using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>
/// A number for each row of some sets, such as its sum: one a set where the lanes belong to one row, so that a function of
/// them takes as many rows at a time as a vector has lanes, else a vector a set.
/// </summary>
/// <param name="numbers">Room for a vector a set.</param>
/// <param name="isAlong">Whether the lanes of a set belong to one row.</param>
internal readonly unsafe struct RowNumbers<T, V, S>(T* numbers, bool isAlong)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>A set's number in each lane that it belongs to.</summary>
    public V this[int set]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => isAlong ? S.Broadcast(numbers[set]) : S.Load(numbers + (set * S.Width));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set
        {
            if (isAlong)
            {
                numbers[set] = S.First(value);
            }
            else
            {
                S.Store(value, numbers + (set * S.Width));
            }
        }
    }

    /// <summary>Writes a set's numbers to its output, one a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int set, in RowSet<T> rows)
    {
        if (isAlong)
        {
            *rows.Output = numbers[set];
        }
        else
        {
            S.Store(this[set], rows.Output, S.First(rows.Rows));
        }
    }

    /// <summary>The numbers of a set's rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Rows(int set) => numbers + (isAlong ? set : set * S.Width);

    /// <summary>Vectors that hold the numbers of so many sets; what else they hold is left to chance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Vectors(int sets) => isAlong ? (sets + S.Width - 1) / S.Width : sets;

    /// <summary>One of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Vector(int i) => S.Load(numbers + (i * S.Width));

    /// <summary>Replaces one of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetVector(int i, V vector) => S.Store(vector, numbers + (i * S.Width));
}
