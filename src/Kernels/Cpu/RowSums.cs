using System.Numerics;

namespace Looped.Kernels.Cpu;

/// <summary>Sums along a row in lanes, whose number depends on the vector width alone.</summary>
internal static unsafe class RowSums<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>The sum of elements a step apart.</summary>
    public static T Total(T* row, long step, long count)
    {
        var total = T.Zero;
        var i = 0L;
        if (step == 1 && count >= 2 * S.Width)
        {
            var (even, odd) = (S.Broadcast(T.Zero), S.Broadcast(T.Zero));
            for (; i <= count - (2 * S.Width); i += 2 * S.Width)
            {
                even = S.Add(even, S.Load(row + i));
                odd = S.Add(odd, S.Load(row + i + S.Width));
            }

            total = S.Sum(S.Add(even, odd));
        }

        for (; i < count; i++)
        {
            total += row[i * step];
        }

        return total;
    }

    /// <summary>The sum of squared differences from a centre.</summary>
    public static T SquaredDistance(T* row, long step, long count, T center)
    {
        var total = T.Zero;
        var i = 0L;
        if (step == 1 && count >= 2 * S.Width)
        {
            var (centers, even, odd) = (S.Broadcast(center), S.Broadcast(T.Zero), S.Broadcast(T.Zero));
            for (; i <= count - (2 * S.Width); i += 2 * S.Width)
            {
                var first = S.Subtract(S.Load(row + i), centers);
                var second = S.Subtract(S.Load(row + i + S.Width), centers);
                even = S.MultiplyAdd(first, first, even);
                odd = S.MultiplyAdd(second, second, odd);
            }

            total = S.Sum(S.Add(even, odd));
        }

        for (; i < count; i++)
        {
            var difference = row[i * step] - center;
            total += difference * difference;
        }

        return total;
    }
}
