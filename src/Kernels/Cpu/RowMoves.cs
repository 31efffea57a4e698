using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>Where two nested loops over an operand step: from row to row, and from element to element in a row.</summary>
internal readonly record struct RowSteps(long Row, long Element);

/// <summary>Moves a plane of elements, two loops of any steps, to another.</summary>
internal static unsafe class RowMoves<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Vectors of a row from which on a general copy is as fast.</summary>
    private const int LongRow = 32;

    /// <summary>Columns that are moved side by side: they share a line of the cache where they are neighbours.</summary>
    private const int Strip = 8;

    /// <summary>Moves <paramref name="rows"/> rows of <paramref name="length"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Move(T* source, RowSteps from, T* destination, RowSteps to, long rows, long length)
    {
        if (length == 0)
        {
            return;
        }

        if (to.Element == 1 && from.Element == 1)
        {
            Copy(source, from.Row, destination, to.Row, rows, length);
        }
        else if (to.Element == 1 && from.Element == 0)
        {
            Repeat(source, from.Row, destination, to.Row, rows, length);
        }
        else if (from.Row == 1 && length >= Strip)
        {
            Turn(source, from, destination, to, rows, length);
        }
        else
        {
            Step(source, from, destination, to, rows, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(T* source, long from, T* destination, long to, long rows, long length)
    {
        if (length >= LongRow * S.Width)
        {
            for (; rows > 0; rows--, source += from, destination += to)
            {
                Buffer.MemoryCopy(source, destination, length * sizeof(T), length * sizeof(T));
            }

            return;
        }

        var whole = length - (length % S.Width);
        var tail = S.First((int)(length % S.Width));
        if (whole == 0)
        {
            for (; rows > 0; rows--, source += from, destination += to)
            {
                S.Store(S.Load(source, tail), destination, tail);
            }

            return;
        }

        for (; rows > 0; rows--, source += from, destination += to)
        {
            for (var i = 0L; i < whole; i += S.Width)
            {
                S.Store(S.Load(source + i), destination + i);
            }

            if (whole < length)
            {
                S.Store(S.Load(source + whole, tail), destination + whole, tail);
            }
        }
    }

    /// <summary>Fills each row with its first element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat(T* source, long from, T* destination, long to, long rows, long length)
    {
        var whole = length - (length % S.Width);
        var tail = S.First((int)(length % S.Width));
        for (; rows > 0; rows--, source += from, destination += to)
        {
            var value = S.Broadcast(*source);
            for (var i = 0L; i < whole; i += S.Width)
            {
                S.Store(value, destination + i);
            }

            if (whole < length)
            {
                S.Store(value, destination + whole, tail);
            }
        }
    }

    /// <summary>Rows that lie as columns do: some are written together, so that each line of memory is read once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(T* source, RowSteps from, T* destination, RowSteps to, long rows, long length)
    {
        for (; rows >= Strip; rows -= Strip, source += Strip, destination += Strip * to.Row)
        {
            var x = source;
            var y = destination;
            for (var i = 0L; i < length; i++, x += from.Element, y += to.Element)
            {
                for (var row = 0L; row < Strip; row++)
                {
                    y[row * to.Row] = x[row];
                }
            }
        }

        Step(source, from, destination, to, rows, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Step(T* source, RowSteps from, T* destination, RowSteps to, long rows, long length)
    {
        for (; rows > 0; rows--, source += from.Row, destination += to.Row)
        {
            var x = source;
            var y = destination;
            for (var i = length; i > 0; i--, x += from.Element, y += to.Element)
            {
                *y = *x;
            }
        }
    }
}
