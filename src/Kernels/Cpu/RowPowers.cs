using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <summary>
/// The largest element of rows and the sum of exponentials of what they differ from it, as vectors that hold them for each
/// lane. Elements that a mask leaves out count as minus infinity.
/// </summary>
internal static unsafe class RowPowers<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>A whole vector of elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(in RowSet<T> rows, long i)
    {
        var x = S.Load(rows.Input + (i * rows.InputStep));
        return rows.Mask == null ? x : Masked(x, S.Load(rows.Mask + (i * rows.MaskStep)));
    }

    /// <summary>The last elements of a row, then minus infinities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LoadTail(in RowSet<T> rows)
    {
        var x = S.Load(rows.Input + (rows.Vectors * rows.InputStep), S.First(rows.Tail));
        x = S.Select(S.First(rows.Tail), x, S.Number(double.NegativeInfinity));
        return rows.Mask == null
            ? x
            : Masked(x, S.Load(rows.Mask + (rows.Vectors * rows.MaskStep), S.First(rows.Tail)));
    }

    /// <summary>The largest element of each row: minus infinity of none, not a number where one is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Largest(in RowSet<T> rows)
    {
        var even = S.Number(double.NegativeInfinity);
        var odd = even;
        var i = 0L;
        for (; i < rows.Vectors - 1; i += 2)
        {
            even = S.Max(even, Load(in rows, i));
            odd = S.Max(odd, Load(in rows, i + 1));
        }

        if (i < rows.Vectors)
        {
            even = S.Max(even, Load(in rows, i));
        }

        if (rows.Tail > 0)
        {
            odd = S.Max(odd, LoadTail(in rows));
        }

        var largest = S.Max(even, odd);
        return rows.IsAlong ? S.Broadcast(S.Largest(largest)) : largest;
    }

    /// <summary>What elements are shifted by: the largest, unless that is minus infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Shift(V largest) =>
        S.Select(S.Equal(largest, S.Number(double.NegativeInfinity)), S.Number(0), largest);

    /// <summary>The sum of exponentials of the shifted elements of each row, which the output keeps where it is to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Total(in RowSet<T> rows, V shift, bool keeps)
    {
        var total = S.Number(0);
        for (var i = 0L; i < rows.Vectors; i++)
        {
            var power = Exponential<T, V, S>.Of(S.Subtract(Load(in rows, i), shift));
            total = S.Add(total, power);
            if (keeps)
            {
                S.Store(power, rows.Output + (i * rows.OutputStep));
            }
        }

        if (rows.Tail > 0)
        {
            var power = Exponential<T, V, S>.Of(S.Subtract(LoadTail(in rows), shift));
            total = S.Add(total, power);
            if (keeps)
            {
                S.Store(power, rows.Output + (rows.Vectors * rows.OutputStep), S.First(rows.Tail));
            }
        }

        return rows.IsAlong ? S.Broadcast(S.Sum(total)) : total;
    }

    /// <summary>The output's elements times a factor for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(in RowSet<T> rows, V factor)
    {
        for (var i = 0L; i < rows.Vectors; i++)
        {
            var output = rows.Output + (i * rows.OutputStep);
            S.Store(S.Multiply(S.Load(output), factor), output);
        }

        if (rows.Tail > 0)
        {
            var output = rows.Output + (rows.Vectors * rows.OutputStep);
            S.Store(S.Multiply(S.Load(output, S.First(rows.Tail)), factor), output, S.First(rows.Tail));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Masked(V x, V mask) =>
        S.Select(S.Equal(mask, S.Number(0)), S.Number(double.NegativeInfinity), x);
}
