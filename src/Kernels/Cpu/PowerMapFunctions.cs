using System.Runtime.CompilerServices;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <content>Powers, whose code depends on the exponent.</content>
internal static unsafe partial class MapFunctions<T, V, S>
{
    private static delegate*<T*, T*, T*, T, T, T*, int, void> PowerBlock(double exponent) =>
        exponent switch
        {
            0 => &RunShort<One>,
            1 => &RunShort<Copy>,
            2 => &RunShort<Square>,
            -1 => &RunShort<Reciprocal>,
            _ when !double.IsFinite(exponent) => &RunLanes,
            _ when double.IsEvenInteger(exponent) => &Run<EvenPower>,
            _ when double.IsOddInteger(exponent) => &Run<OddPower>,
            _ => &Run<RealPower>,
        };

    private static void RunLanes(T* a, T* b, T* c, T constant, T second, T* destination, int count)
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = T.Pow(a[i], constant);
        }
    }

    private readonly struct One : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Number(1);
    }

    private readonly struct Square : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Multiply(a, a);
    }

    private readonly struct Reciprocal : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Divide(S.Number(1), a);
    }

    private readonly struct EvenPower : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => Power<T, V, S>.OfSize(a, constant);
    }

    private readonly struct OddPower : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) =>
            S.CopySign(Power<T, V, S>.OfSize(a, constant), a);
    }

    /// <summary>Of negative numbers none, except of minus infinity: of a power that is not whole, the sign is lost.</summary>
    private readonly struct RealPower : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant)
        {
            var power = Power<T, V, S>.OfSize(a, constant);
            var isFinite = S.Greater(a, S.Number(double.NegativeInfinity));
            var isNone = S.Select(isFinite, S.Greater(S.Number(0), a), S.Number(0));
            return S.Select(isNone, S.Number(double.NaN), power);
        }
    }
}
