using System.Runtime.CompilerServices;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <content>GELU and its derivatives; see <see cref="GeluFunctions"/>.</content>
internal static unsafe partial class MapFunctions<T, V, S>
{
    private const double ThreeCubic = 3 * GeluFunctions.Slope * GeluFunctions.Cubic;

    /// <summary>The normal density at a, to the last digits: its exponent is taken with the error of the square.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Density(V a)
    {
        // Beyond the limit it is zero.
        var size = S.Below(S.Abs(a), S.Number(40, 16));
        var square = S.Multiply(size, size);
        var error = S.MultiplyAdd(size, size, S.Negate(square));
        var half = S.Number(-0.5);
        var power = Exponential<T, V, S>.Bounded(S.Multiply(half, square), S.Multiply(half, error));
        return S.Multiply(S.Number(GeluFunctions.Density), power);
    }

    private readonly struct Gelu : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant)
        {
            var half = S.Multiply(S.Number(0.5), a);
            return S.MultiplyAdd(half, b, half);
        }
    }

    private readonly struct GeluTanhSlope : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant)
        {
            var u1 = S.MultiplyAdd(S.Multiply(S.Number(ThreeCubic), a), a, S.Number(GeluFunctions.Slope));
            var q = S.MultiplyAdd(S.Negate(b), b, S.Number(1));
            return S.Multiply(S.Number(0.5), S.MultiplyAdd(S.Multiply(a, q), u1, S.Add(S.Number(1), b)));
        }
    }

    private readonly struct GeluTanhCurvature : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant)
        {
            var linear = S.Multiply(S.Number(ThreeCubic), a);
            var u1 = S.MultiplyAdd(linear, a, S.Number(GeluFunctions.Slope));
            var minus = S.Negate(b);
            var half = S.MultiplyAdd(S.Multiply(minus, u1), u1, linear);
            return S.Multiply(S.MultiplyAdd(minus, b, S.Number(1)), S.MultiplyAdd(a, half, u1));
        }
    }

    private readonly struct GeluErfSlope : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant)
        {
            // Far out the product of an infinite a with a density of zero is to be zero.
            var limit = S.Number(40);
            var inner = S.Above(S.Below(a, limit), S.Negate(limit));
            return S.MultiplyAdd(inner, Density(a), S.Multiply(S.Number(0.5), S.Add(S.Number(1), b)));
        }
    }

    private readonly struct GeluErfCurvature : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant)
        {
            var size = S.Below(S.Abs(a), S.Number(40));
            return S.Multiply(Density(a), S.MultiplyAdd(S.Negate(size), size, S.Number(2)));
        }
    }
}
