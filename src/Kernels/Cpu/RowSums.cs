using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>Sums along rows in lanes, whose number depends on the vector width alone.</summary>
internal static unsafe class RowSums<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>The sum of elements a step apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Total(T* row, long step, long count)
    {
        if (step == 1 && count >= S.Width)
        {
            var set = new RowSet<T>
            {
                Input = row,
                InputStep = S.Width,
                Vectors = count / S.Width,
                Tail = (int)(count % S.Width),
                Rows = 1,
                IsAlong = true,
            };
            T sum;
            S.Store(Total(in set), &sum, S.First(1));
            return sum;
        }

        var total = T.Zero;
        for (var i = 0L; i < count; i++)
        {
            total += row[i * step];
        }

        return total;
    }

    /// <summary>The sum of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Total(in RowSet<T> rows)
    {
        var (a, b, c, d) = (S.Number(0), S.Number(0), S.Number(0), S.Number(0));
        var i = 0L;
        for (; i < rows.Vectors - 3; i += 4)
        {
            a = S.Add(a, S.Load(rows.Input + (i * rows.InputStep)));
            b = S.Add(b, S.Load(rows.Input + ((i + 1) * rows.InputStep)));
            c = S.Add(c, S.Load(rows.Input + ((i + 2) * rows.InputStep)));
            d = S.Add(d, S.Load(rows.Input + ((i + 3) * rows.InputStep)));
        }

        for (; i < rows.Vectors; i++)
        {
            a = S.Add(a, S.Load(rows.Input + (i * rows.InputStep)));
        }

        if (rows.Tail > 0)
        {
            b = S.Add(b, S.Load(rows.Input + (rows.Vectors * rows.InputStep), S.First(rows.Tail)));
        }

        var total = S.Add(S.Add(a, b), S.Add(c, d));
        return rows.IsAlong ? S.Broadcast(S.Sum(total)) : total;
    }

    /// <summary>The sums of squared differences of the rows' elements from a centre.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SquaredDistance(in RowSet<T> rows, V center)
    {
        var (even, odd) = (S.Number(0), S.Number(0));
        var i = 0L;
        for (; i < rows.Vectors - 1; i += 2)
        {
            var first = S.Subtract(S.Load(rows.Input + (i * rows.InputStep)), center);
            var second = S.Subtract(S.Load(rows.Input + ((i + 1) * rows.InputStep)), center);
            even = S.MultiplyAdd(first, first, even);
            odd = S.MultiplyAdd(second, second, odd);
        }

        if (i < rows.Vectors)
        {
            var last = S.Subtract(S.Load(rows.Input + (i * rows.InputStep)), center);
            even = S.MultiplyAdd(last, last, even);
        }

        if (rows.Tail > 0)
        {
            var tail = S.Load(rows.Input + (rows.Vectors * rows.InputStep), S.First(rows.Tail));
            tail = S.Select(S.First(rows.Tail), S.Subtract(tail, center), S.Number(0));
            odd = S.MultiplyAdd(tail, tail, odd);
        }

        var total = S.Add(even, odd);
        return rows.IsAlong ? S.Broadcast(S.Sum(total)) : total;
    }
}
