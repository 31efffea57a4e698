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
        var x = rows.Input;
        var (step, count) = (rows.InputStep, rows.Vectors);
        var (a, b, c, d) = (S.Number(0), S.Number(0), S.Number(0), S.Number(0));
        for (; count >= 4; count -= 4, x += 4 * step)
        {
            a = S.Add(a, S.Load(x));
            b = S.Add(b, S.Load(x + step));
            c = S.Add(c, S.Load(x + (2 * step)));
            d = S.Add(d, S.Load(x + (3 * step)));
        }

        for (; count > 0; count--, x += step)
        {
            a = S.Add(a, S.Load(x));
        }

        b = rows.Tail > 0 ? S.Add(b, S.Load(x, S.First(rows.Tail))) : b;
        var total = S.Add(S.Add(a, b), S.Add(c, d));
        return rows.IsAlong ? S.Broadcast(S.Sum(total)) : total;
    }

    /// <summary>The sum of squared differences of each row's elements from a centre.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SquaredDistance(in RowSet<T> rows, V center)
    {
        var x = rows.Input;
        var (step, count) = (rows.InputStep, rows.Vectors);
        var (a, b, c, d) = (S.Number(0), S.Number(0), S.Number(0), S.Number(0));
        for (; count >= 4; count -= 4, x += 4 * step)
        {
            a = AddSquare(a, S.Load(x), center);
            b = AddSquare(b, S.Load(x + step), center);
            c = AddSquare(c, S.Load(x + (2 * step)), center);
            d = AddSquare(d, S.Load(x + (3 * step)), center);
        }

        for (; count > 0; count--, x += step)
        {
            a = AddSquare(a, S.Load(x), center);
        }

        if (rows.Tail > 0)
        {
            // Lanes beyond the row are at the centre.
            b = AddSquare(b, S.Select(S.First(rows.Tail), S.Load(x, S.First(rows.Tail)), center), center);
        }

        var total = S.Add(S.Add(a, b), S.Add(c, d));
        return rows.IsAlong ? S.Broadcast(S.Sum(total)) : total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V AddSquare(V sum, V x, V center)
    {
        var difference = S.Subtract(x, center);
        return S.MultiplyAdd(difference, difference, sum);
    }
}
