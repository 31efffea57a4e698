using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <content>GELU and its derivatives; see <see cref="GeluFunctions"/>.</content>
internal static unsafe partial class MapFunctions<T, V, S>
{
    private const double ThreeCubic = 3 * GeluFunctions.Slope * GeluFunctions.Cubic;

    private static T Number(double number) => T.CreateTruncating(number);

    private static V Numbers(double number) => S.Broadcast(T.CreateTruncating(number));

    private readonly struct Gelu : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant)
        {
            var half = Number(0.5) * a;
            return T.FusedMultiplyAdd(half, b, half);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant)
        {
            var half = S.Multiply(Numbers(0.5), a);
            return S.MultiplyAdd(half, b, half);
        }
    }

    private readonly struct GeluTanhSlope : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant)
        {
            var u1 = T.FusedMultiplyAdd(Number(ThreeCubic) * a, a, Number(GeluFunctions.Slope));
            var q = T.FusedMultiplyAdd(-b, b, T.One);
            return Number(0.5) * T.FusedMultiplyAdd(a * q, u1, T.One + b);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant)
        {
            var u1 = S.MultiplyAdd(S.Multiply(Numbers(ThreeCubic), a), a, Numbers(GeluFunctions.Slope));
            var q = S.MultiplyAdd(S.Negate(b), b, Numbers(1));
            return S.Multiply(Numbers(0.5), S.MultiplyAdd(S.Multiply(a, q), u1, S.Add(Numbers(1), b)));
        }
    }

    private readonly struct GeluTanhCurvature : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant)
        {
            var linear = Number(ThreeCubic) * a;
            var u1 = T.FusedMultiplyAdd(linear, a, Number(GeluFunctions.Slope));
            var half = T.FusedMultiplyAdd(-b * u1, u1, linear);
            return T.FusedMultiplyAdd(-b, b, T.One) * T.FusedMultiplyAdd(a, half, u1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant)
        {
            var linear = S.Multiply(Numbers(ThreeCubic), a);
            var u1 = S.MultiplyAdd(linear, a, Numbers(GeluFunctions.Slope));
            var minus = S.Negate(b);
            var half = S.MultiplyAdd(S.Multiply(minus, u1), u1, linear);
            return S.Multiply(S.MultiplyAdd(minus, b, Numbers(1)), S.MultiplyAdd(a, half, u1));
        }
    }

    private readonly struct GeluErfSlope : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.FusedMultiplyAdd(
            a * Number(GeluFunctions.Density), T.Exp(Number(-0.5) * a * a), Number(0.5) * (T.One + b));
    }

    private readonly struct GeluErfCurvature : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) =>
            Number(GeluFunctions.Density) * T.Exp(Number(-0.5) * a * a) * T.FusedMultiplyAdd(-a, a, Number(2));
    }
}
