using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <summary>
/// The largest element of rows and the sum of exponentials of what they differ from it, as vectors that hold them for each
/// lane. Elements that a mask leaves out count as minus infinity; loops are written twice, for rows without a mask and with
/// one, so that the former keep their constants in registers.
/// </summary>
internal static unsafe class RowPowers<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>The largest element of each row: minus infinity of none, not a number where one is not.</summary>
    public static void Largest(RowSet<T>* sets, int count, RowNumbers<T, V, S> results)
    {
        if (sets->Mask == null)
        {
            Largest<Zero>(sets, count, results);
        }
        else
        {
            Largest<One>(sets, count, results);
        }
    }

    /// <summary>What elements are shifted by: the largest that is a number, or zero where that is minus infinity.</summary>
    public static void Shifts(RowSet<T>* sets, int count, RowNumbers<T, V, S> results)
    {
        if (sets->Mask == null)
        {
            Shifts<Zero>(sets, count, results);
        }
        else
        {
            Shifts<One>(sets, count, results);
        }
    }

    /// <summary>The sum of exponentials of the shifted elements of each row.</summary>
    public static void Totals(RowSet<T>* sets, int count, RowNumbers<T, V, S> shifts, RowNumbers<T, V, S> results)
    {
        if (sets->Mask == null)
        {
            Totals<Zero>(sets, count, shifts, results);
        }
        else
        {
            Totals<One>(sets, count, shifts, results);
        }
    }

    /// <summary>The exponentials of the shifted elements, which the output takes, and their sum for each row.</summary>
    public static void Powers(RowSet<T>* sets, int count, RowNumbers<T, V, S> shifts, RowNumbers<T, V, S> results)
    {
        if (sets->Mask == null)
        {
            Powers<Zero>(sets, count, shifts, results);
        }
        else
        {
            Powers<One>(sets, count, shifts, results);
        }
    }

    /// <summary>The output's elements times a factor for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(RowSet<T>* sets, int count, RowNumbers<T, V, S> factors)
    {
        for (var i = 0; i < count; i++)
        {
            Scale(in sets[i], factors[i]);
        }
    }

    /// <summary>The output's elements are the input's less two numbers for each row, one after the other.</summary>
    public static void Subtract(RowSet<T>* sets, int count, RowNumbers<T, V, S> first, RowNumbers<T, V, S> second)
    {
        if (sets->Mask == null)
        {
            Subtract<Zero>(sets, count, first, second);
        }
        else
        {
            Subtract<One>(sets, count, first, second);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Largest<M>(RowSet<T>* sets, int count, RowNumbers<T, V, S> results)
        where M : struct, IConstant
    {
        for (var i = 0; i < count; i++)
        {
            results[i] = Largest<M>(in sets[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shifts<M>(RowSet<T>* sets, int count, RowNumbers<T, V, S> results)
        where M : struct, IConstant
    {
        for (var i = 0; i < count; i++)
        {
            results[i] = Shift(LargestNumber<M>(in sets[i]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Totals<M>(
        RowSet<T>* sets, int count, RowNumbers<T, V, S> shifts, RowNumbers<T, V, S> results)
        where M : struct, IConstant
    {
        for (var i = 0; i < count; i++)
        {
            results[i] = Total<M>(in sets[i], shifts[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Powers<M>(
        RowSet<T>* sets, int count, RowNumbers<T, V, S> shifts, RowNumbers<T, V, S> results)
        where M : struct, IConstant
    {
        for (var i = 0; i < count; i++)
        {
            results[i] = Powers<M>(in sets[i], shifts[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Subtract<M>(
        RowSet<T>* sets, int count, RowNumbers<T, V, S> first, RowNumbers<T, V, S> second)
        where M : struct, IConstant
    {
        for (var i = 0; i < count; i++)
        {
            Subtract<M>(in sets[i], first[i], second[i]);
        }
    }

    /// <summary>The largest element of each row: minus infinity of none, not a number where one is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Largest<M>(in RowSet<T> rows)
        where M : struct, IConstant
    {
        var x = rows.Input;
        var mask = rows.Mask;
        var (step, maskStep) = (rows.InputStep, rows.MaskStep);
        var largest = S.Number(double.NegativeInfinity);
        for (var count = rows.Vectors; count > 0; count--, x += step, mask += maskStep)
        {
            largest = S.Max(largest, Load<M>(x, mask));
        }

        largest = rows.Tail > 0 ? S.Max(largest, LoadTail<M>(x, mask, rows.Tail)) : largest;
        return rows.IsAlong ? S.Broadcast(S.Largest(largest)) : largest;
    }

    /// <summary>
    /// The largest element of each row that is a number, minus infinity of none: where exponentials follow, those of the
    /// others make a row what it should be.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LargestNumber<M>(in RowSet<T> rows)
        where M : struct, IConstant
    {
        var x = rows.Input;
        var mask = rows.Mask;
        var (step, maskStep, count) = (rows.InputStep, rows.MaskStep, rows.Vectors);
        var even = S.Number(double.NegativeInfinity);
        var odd = even;
        for (; count >= 2; count -= 2, x += 2 * step, mask += 2 * maskStep)
        {
            even = S.Above(even, Load<M>(x, mask));
            odd = S.Above(odd, Load<M>(x + step, mask + maskStep));
        }

        if (count > 0)
        {
            even = S.Above(even, Load<M>(x, mask));
            x += step;
            mask += maskStep;
        }

        odd = rows.Tail > 0 ? S.Above(odd, LoadTail<M>(x, mask, rows.Tail)) : odd;
        var largest = S.Above(even, odd);
        return rows.IsAlong ? S.Broadcast(S.LargestNumber(largest)) : largest;
    }

    /// <summary>What elements are shifted by: the largest, unless that is minus infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Shift(V largest) =>
        S.Select(S.Equal(largest, S.Number(double.NegativeInfinity)), S.Number(0), largest);

    /// <summary>The sum of exponentials of the shifted elements of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Total<M>(in RowSet<T> rows, V shift)
        where M : struct, IConstant
    {
        var x = rows.Input;
        var mask = rows.Mask;
        var (step, maskStep) = (rows.InputStep, rows.MaskStep);
        var total = S.Number(0);
        for (var count = rows.Vectors; count > 0; count--, x += step, mask += maskStep)
        {
            total = S.Add(total, Exponential<T, V, S>.OfNotPositive(S.Subtract(Load<M>(x, mask), shift)));
        }

        if (rows.Tail > 0)
        {
            total = S.Add(total, Exponential<T, V, S>.OfNotPositive(S.Subtract(LoadTail<M>(x, mask, rows.Tail), shift)));
        }

        return rows.IsAlong ? S.Broadcast(S.Sum(total)) : total;
    }

    /// <summary>The exponentials of the shifted elements, which the output takes, and their sum for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Powers<M>(in RowSet<T> rows, V shift)
        where M : struct, IConstant
    {
        var x = rows.Input;
        var mask = rows.Mask;
        var output = rows.Output;
        var (step, maskStep, outputStep) = (rows.InputStep, rows.MaskStep, rows.OutputStep);
        var total = S.Number(0);
        for (var count = rows.Vectors; count > 0; count--, x += step, mask += maskStep, output += outputStep)
        {
            var power = Exponential<T, V, S>.OfNotPositive(S.Subtract(Load<M>(x, mask), shift));
            total = S.Add(total, power);
            S.Store(power, output);
        }

        if (rows.Tail > 0)
        {
            var power = Exponential<T, V, S>.OfNotPositive(S.Subtract(LoadTail<M>(x, mask, rows.Tail), shift));
            total = S.Add(total, power);
            S.Store(power, output, S.First(rows.Tail));
        }

        return rows.IsAlong ? S.Broadcast(S.Sum(total)) : total;
    }

    /// <summary>The output's elements times a factor for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(in RowSet<T> rows, V factor)
    {
        var output = rows.Output;
        var step = rows.OutputStep;
        for (var count = rows.Vectors; count > 0; count--, output += step)
        {
            S.Store(S.Multiply(S.Load(output), factor), output);
        }

        if (rows.Tail > 0)
        {
            S.Store(S.Multiply(S.Load(output, S.First(rows.Tail)), factor), output, S.First(rows.Tail));
        }
    }

    /// <summary>The output's elements are the input's less two numbers for each row, one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract<M>(in RowSet<T> rows, V first, V second)
        where M : struct, IConstant
    {
        var x = rows.Input;
        var mask = rows.Mask;
        var output = rows.Output;
        var (step, maskStep, outputStep) = (rows.InputStep, rows.MaskStep, rows.OutputStep);
        for (var count = rows.Vectors; count > 0; count--, x += step, mask += maskStep, output += outputStep)
        {
            S.Store(S.Subtract(S.Subtract(Load<M>(x, mask), first), second), output);
        }

        if (rows.Tail > 0)
        {
            var last = S.Subtract(S.Subtract(LoadTail<M>(x, mask, rows.Tail), first), second);
            S.Store(last, output, S.First(rows.Tail));
        }
    }

    /// <summary>A whole vector of elements. A mask that is not there has no address and no step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load<M>(T* x, T* mask)
        where M : struct, IConstant => M.Value == 0 ? S.Load(x) : Masked(S.Load(x), S.Load(mask));

    /// <summary>The last elements of a row, then minus infinities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LoadTail<M>(T* x, T* mask, int count)
        where M : struct, IConstant
    {
        var tail = S.Select(S.First(count), S.Load(x, S.First(count)), S.Number(double.NegativeInfinity));
        return M.Value == 0 ? tail : Masked(tail, S.Load(mask, S.First(count)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Masked(V x, V mask) =>
        S.Select(S.Equal(mask, S.Number(0)), S.Number(double.NegativeInfinity), x);
}
