using System.Numerics;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Square blocks of as many vectors as a vector has lanes. Interleaving vector i with vector i + W/2, for all i, rotates
/// the bits of the index (vector, lane) of every element by one place; after log2 W such turns rows are columns.
/// </summary>
internal static unsafe class VectorLanes<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Elements of the memory that a transposition uses, which must lie on a cache line.</summary>
    public static int BlockSize => 2 * S.Width * S.Width;

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
    public static void Transpose(
        T* source, long step, int rows, int columns, T* target, long targetStep, T* block)
    {
        var half = S.Width / 2;
        var mask = S.First(columns);
        var zero = S.Broadcast(T.Zero);
        var to = block;
        var from = block + (S.Width * S.Width);
        for (var i = 0; i < half; i++)
        {
            var a = i < rows ? S.Load(source + (i * step), mask) : zero;
            var b = i + half < rows ? S.Load(source + ((i + half) * step), mask) : zero;
            S.Store(S.InterleaveLow(a, b), to + (2 * i * S.Width));
            S.Store(S.InterleaveHigh(a, b), to + (((2 * i) + 1) * S.Width));
        }

        for (var turned = 4; turned < S.Width; turned *= 2)
        {
            var turn = from;
            from = to;
            to = turn;
            for (var i = 0; i < half; i++)
            {
                var a = S.Load(from + (i * S.Width));
                var b = S.Load(from + ((i + half) * S.Width));
                S.Store(S.InterleaveLow(a, b), to + (2 * i * S.Width));
                S.Store(S.InterleaveHigh(a, b), to + (((2 * i) + 1) * S.Width));
            }
        }

        for (var i = 0; 2 * i < columns; i++)
        {
            var a = S.Load(to + (i * S.Width));
            var b = S.Load(to + ((i + half) * S.Width));
            S.Store(S.InterleaveLow(a, b), target + (2 * i * targetStep));
            if ((2 * i) + 1 < columns)
            {
                S.Store(S.InterleaveHigh(a, b), target + (((2 * i) + 1) * targetStep));
            }
        }
    }

    /// <summary>The sums of W vectors, one a lane; the vectors are used up.</summary>
    public static V Sums(T* vectors)
    {
        for (var half = S.Width / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++)
            {
                var a = S.Load(vectors + (i * S.Width));
                var b = S.Load(vectors + ((i + half) * S.Width));
                S.Store(S.Add(S.InterleaveLow(a, b), S.InterleaveHigh(a, b)), vectors + (i * S.Width));
            }
        }

        return S.Load(vectors);
    }
}
