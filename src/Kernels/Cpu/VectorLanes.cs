using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Square blocks of as many vectors as a vector has lanes. Interleaving vector i with vector i + W/2, for all i,
/// rotates the bits of the index (vector, lane) of every element by one place; after log2 W such turns rows are
/// columns.
/// </summary>
internal static unsafe class VectorLanes<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Elements of the memory that a transposition uses, which must lie on a cache line.</summary>
    public static int BlockSize => S.Width * S.Width;

    /// <summary>
    /// Transposes up to W rows of up to W elements; rows of the result are filled up with zeros to whole vectors.
    /// </summary>
    /// <param name="source">First row.</param>
    /// <param name="step">From one row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="target">First row of the result, a vector; there are as many as a row has elements.</param>
    /// <param name="targetStep">From one row of the result to the next.</param>
    /// <param name="block">Memory of <see cref="BlockSize"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(
        T* source, long step, int rows, int columns, T* target, long targetStep, T* block)
    {
        if (S.Width == 8 && rows == 8 && columns == 8)
        {
            TransposeEight(source, step, target, targetStep);
            return;
        }

        if (S.Width == 16 && rows == 16 && columns == 16)
        {
            TransposeSixteen(source, step, target, targetStep);
            return;
        }

        var quarter = S.Width / 4;
        var mask = S.First(columns);
        var to = S.Width == 4 ? target : block;
        var toStep = S.Width == 4 ? targetStep : S.Width;
        var last = S.Width == 4 ? columns : S.Width;
        for (var i = 0; i < quarter; i++)
        {
            var a = Row(source, step, i, rows, mask);
            var b = Row(source, step, i + quarter, rows, mask);
            var c = Row(source, step, i + (2 * quarter), rows, mask);
            var d = Row(source, step, i + (3 * quarter), rows, mask);
            TurnTwice(a, b, c, d, to + (4 * i * toStep), toStep, last - (4 * i));
        }

        if (S.Width == 8)
        {
            for (var i = 0; 2 * i < columns; i++)
            {
                var a = S.Load(block + (i * S.Width));
                var b = S.Load(block + ((i + 4) * S.Width));
                S.Store(S.InterleaveLow(a, b), target + (2 * i * targetStep));
                if ((2 * i) + 1 < columns)
                {
                    S.Store(S.InterleaveHigh(a, b), target + (((2 * i) + 1) * targetStep));
                }
            }
        }

        if (S.Width == 16)
        {
            for (var i = 0; 4 * i < columns; i++)
            {
                var a = S.Load(block + (i * S.Width));
                var b = S.Load(block + ((i + 4) * S.Width));
                var c = S.Load(block + ((i + 8) * S.Width));
                var d = S.Load(block + ((i + 12) * S.Width));
                TurnTwice(a, b, c, d, target + (4 * i * targetStep), targetStep, columns - (4 * i));
            }
        }
    }

    /// <summary>A whole block of eight vectors of eight lanes, which stays in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeEight(T* source, long step, T* target, long targetStep)
    {
        var second = source + (4 * step);
        var (a0, a1, a2, a3) = (S.Load(source), S.Load(source + step), S.Load(source + (2 * step)), S.Load(source + (3 * step)));
        var (a4, a5, a6, a7) = (S.Load(second), S.Load(second + step), S.Load(second + (2 * step)), S.Load(second + (3 * step)));
        var (b0, b1) = (S.InterleaveLow(a0, a4), S.InterleaveHigh(a0, a4));
        var (b2, b3) = (S.InterleaveLow(a1, a5), S.InterleaveHigh(a1, a5));
        var (b4, b5) = (S.InterleaveLow(a2, a6), S.InterleaveHigh(a2, a6));
        var (b6, b7) = (S.InterleaveLow(a3, a7), S.InterleaveHigh(a3, a7));
        var (c0, c1) = (S.InterleaveLow(b0, b4), S.InterleaveHigh(b0, b4));
        var (c2, c3) = (S.InterleaveLow(b1, b5), S.InterleaveHigh(b1, b5));
        var (c4, c5) = (S.InterleaveLow(b2, b6), S.InterleaveHigh(b2, b6));
        var (c6, c7) = (S.InterleaveLow(b3, b7), S.InterleaveHigh(b3, b7));
        S.Store(S.InterleaveLow(c0, c4), target);
        S.Store(S.InterleaveHigh(c0, c4), target + targetStep);
        S.Store(S.InterleaveLow(c1, c5), target + (2 * targetStep));
        S.Store(S.InterleaveHigh(c1, c5), target + (3 * targetStep));
        target += 4 * targetStep;
        S.Store(S.InterleaveLow(c2, c6), target);
        S.Store(S.InterleaveHigh(c2, c6), target + targetStep);
        S.Store(S.InterleaveLow(c3, c7), target + (2 * targetStep));
        S.Store(S.InterleaveHigh(c3, c7), target + (3 * targetStep));
    }

    /// <summary>A whole block of sixteen vectors of sixteen lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeSixteen(T* source, long step, T* target, long targetStep)
    {
        var (a0, a1, a2, a3) = TurnTwice(source, step);
        var (a4, a5, a6, a7) = TurnTwice(source + step, step);
        var (a8, a9, a10, a11) = TurnTwice(source + (2 * step), step);
        var (a12, a13, a14, a15) = TurnTwice(source + (3 * step), step);
        TurnTwice(a0, a4, a8, a12, target, targetStep, 4);
        TurnTwice(a1, a5, a9, a13, target + (4 * targetStep), targetStep, 4);
        TurnTwice(a2, a6, a10, a14, target + (8 * targetStep), targetStep, 4);
        TurnTwice(a3, a7, a11, a15, target + (12 * targetStep), targetStep, 4);
    }

    /// <summary>Two turns of every fourth of sixteen vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V A, V B, V C, V D) TurnTwice(T* source, long step)
    {
        var (a, b) = (S.Load(source), S.Load(source + (4 * step)));
        var (c, d) = (S.Load(source + (8 * step)), S.Load(source + (12 * step)));
        var (ac, bd) = (S.InterleaveLow(a, c), S.InterleaveLow(b, d));
        var (lowest, low) = (S.InterleaveLow(ac, bd), S.InterleaveHigh(ac, bd));
        (ac, bd) = (S.InterleaveHigh(a, c), S.InterleaveHigh(b, d));
        return (lowest, low, S.InterleaveLow(ac, bd), S.InterleaveHigh(ac, bd));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Row(T* source, long step, int row, int rows, V mask) =>
        row < rows ? S.Load(source + (row * step), mask) : S.Broadcast(T.Zero);

    /// <summary>Two turns of vectors a quarter of W apart, which become neighbours; some are stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnTwice(V a, V b, V c, V d, T* target, long step, int count)
    {
        var (ac, bd) = (S.InterleaveLow(a, c), S.InterleaveLow(b, d));
        S.Store(S.InterleaveLow(ac, bd), target);
        if (count > 1)
        {
            S.Store(S.InterleaveHigh(ac, bd), target + step);
        }

        (ac, bd) = (S.InterleaveHigh(a, c), S.InterleaveHigh(b, d));
        if (count > 2)
        {
            S.Store(S.InterleaveLow(ac, bd), target + (2 * step));
        }

        if (count > 3)
        {
            S.Store(S.InterleaveHigh(ac, bd), target + (3 * step));
        }
    }
}
