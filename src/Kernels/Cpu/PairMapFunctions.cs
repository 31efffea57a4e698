using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <content>
/// Pairs of functions, one of the other's result, which then never leaves its register. Each is rounded as it would be
/// alone.
/// </content>
internal static unsafe partial class MapFunctions<T, V, S>
{
    /// <summary>
    /// Code for <c>second(first(a, b), c)</c>, or <c>second(c, first(a, b))</c> where the result is the second's argument b;
    /// null for functions that are not paired.
    /// </summary>
    public static delegate*<T*, T*, T*, T, T, T*, int, void> PairBlock(MapFunction first, MapFunction second, bool isLast) =>
        first switch
        {
            MapFunction.Add => PairBlock<Add>(second, isLast),
            MapFunction.Subtract => PairBlock<Subtract>(second, isLast),
            MapFunction.Multiply => PairBlock<Multiply>(second, isLast),
            MapFunction.Divide => PairBlock<Divide>(second, isLast),
            MapFunction.Scale => PairBlock<Scale>(second, isLast),
            MapFunction.Offset => PairBlock<Offset>(second, isLast),
            MapFunction.Sqrt => PairBlock<Sqrt>(second, isLast),
            _ => null,
        };

    private static delegate*<T*, T*, T*, T, T, T*, int, void> PairBlock<F>(MapFunction second, bool isLast)
        where F : struct, IMapFunction<V> => (second, isLast) switch
        {
            (MapFunction.Add, false) => &RunPair<F, Add>,
            (MapFunction.Add, true) => &RunPair<F, Swapped<Add>>,
            (MapFunction.Subtract, false) => &RunPair<F, Subtract>,
            (MapFunction.Subtract, true) => &RunPair<F, Swapped<Subtract>>,
            (MapFunction.Multiply, false) => &RunPair<F, Multiply>,
            (MapFunction.Multiply, true) => &RunPair<F, Swapped<Multiply>>,
            (MapFunction.Divide, false) => &RunPair<F, Divide>,
            (MapFunction.Divide, true) => &RunPair<F, Swapped<Divide>>,
            (MapFunction.Scale, _) => &RunPair<F, Scale>,
            (MapFunction.Offset, _) => &RunPair<F, Offset>,
            _ => null,
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPair<F, G>(T* a, T* b, T* c, T constant, T second, T* destination, int count)
        where F : struct, IMapFunction<V>
        where G : struct, IMapFunction<V>
    {
        var (constants, seconds) = (S.Broadcast(constant), S.Broadcast(second));
        nint i = 0;
        for (; i <= count - (4 * S.Width); i += 4 * S.Width)
        {
            StorePair<F, G>(a + i, b + i, c + i, constants, seconds, destination + i);
            var (next, third, fourth) = (i + S.Width, i + (2 * S.Width), i + (3 * S.Width));
            StorePair<F, G>(a + next, b + next, c + next, constants, seconds, destination + next);
            StorePair<F, G>(a + third, b + third, c + third, constants, seconds, destination + third);
            StorePair<F, G>(a + fourth, b + fourth, c + fourth, constants, seconds, destination + fourth);
        }

        for (; i <= count - S.Width; i += S.Width)
        {
            StorePair<F, G>(a + i, b + i, c + i, constants, seconds, destination + i);
        }

        if (i < count)
        {
            var lanes = S.First(count - (int)i);
            var x = S.Load(a + i, lanes);
            var result = F.Apply(x, F.Arity > 1 ? S.Load(b + i, lanes) : x, x, constants);
            S.Store(G.Apply(result, G.Arity > 1 ? S.Load(c + i, lanes) : x, x, seconds), destination + i, lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePair<F, G>(T* a, T* b, T* c, V constants, V seconds, T* destination)
        where F : struct, IMapFunction<V>
        where G : struct, IMapFunction<V>
    {
        var x = S.Load(a);
        var result = F.Apply(x, F.Arity > 1 ? S.Load(b) : x, x, constants);
        S.Store(G.Apply(result, G.Arity > 1 ? S.Load(c) : x, x, seconds), destination);
    }

    private readonly struct Swapped<F> : IMapFunction<V>
        where F : struct, IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => F.Apply(b, a, c, constant);
    }
}
