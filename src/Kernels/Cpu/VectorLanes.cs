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
