using System.Runtime.CompilerServices;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <content>
/// GELU from its argument to its result. With <c>u = x (scale x^2 + offset)</c> is <c>(1 + tanh u) / 2 = 1 / (1 + e^-2u)</c>,
/// which also keeps the digits that <c>1 + tanh u</c> loses where tanh is near minus one.
/// </content>
internal static unsafe partial class MapFunctions<T, V, S>
{
    private const double MinusTwoLog2E = -2.8853900817779268, Ln2 = 0.6931471805599453;

    /// <summary>GELU or its slope of x; the constants are <c>-2 / ln 2</c> times those of the argument of tanh.</summary>
    private interface IGelu
    {
        static virtual bool HasFactor => false;

        static abstract V Apply(V x, V factor, V scale, V offset);
    }

    /// <summary>Code with the arguments of <see cref="Block"/>: x, a factor, constants of the argument of tanh.</summary>
    public static delegate*<T*, T*, T*, T, T, T*, int, void> GeluBlock(GeluChain.Form form) => form switch
    {
        GeluChain.Form.Tanh => &RunGelu<GeluOfTanh>,
        GeluChain.Form.TanhSlope => &RunGelu<SlopeOfTanh>,
        GeluChain.Form.TanhSlopeTimes => &RunGelu<SlopeOfTanhTimes>,
        GeluChain.Form.Erf => &RunGelu<GeluOfErf>,
        _ => &RunGelu<SlopeOfErf>,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunGelu<F>(T* a, T* b, T* c, T constant, T second, T* destination, int count)
        where F : struct, IGelu
    {
        var scale = S.Multiply(S.Number(MinusTwoLog2E), S.Broadcast(constant));
        var offset = S.Multiply(S.Number(MinusTwoLog2E), S.Broadcast(second));
        nint i = 0;
        for (; i <= count - S.Width; i += S.Width)
        {
            var x = S.Load(a + i);
            S.Store(F.Apply(x, F.HasFactor ? S.Load(b + i) : x, scale, offset), destination + i);
        }

        if (i < count)
        {
            var lanes = S.First(count - (int)i);
            var x = S.Load(a + i, lanes);
            S.Store(F.Apply(x, F.HasFactor ? S.Load(b + i, lanes) : x, scale, offset), destination + i, lanes);
        }
    }

    private readonly struct GeluOfTanh : IGelu
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V x, V factor, V scale, V offset)
        {
            var w = S.Multiply(x, S.MultiplyAdd(S.Multiply(x, x), scale, offset));
            return S.Divide(x, S.Add(S.Number(1), Exponential<T, V, S>.OfTwo(w)));
        }
    }

    /// <summary>With p the sigmoid of 2u, <c>p + x p (1 - p) 2u'</c>.</summary>
    private readonly struct SlopeOfTanh : IGelu
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V x, V factor, V scale, V offset)
        {
            var cubic = S.Multiply(S.Multiply(x, x), scale);
            var power = Exponential<T, V, S>.OfTwo(S.Multiply(x, S.Add(cubic, offset)));
            var p = S.Divide(S.Number(1), S.Add(S.Number(1), power));

            // 1 - p = e^-2u p, without cancelling; an infinite power times a p of zero is to be zero.
            var rest = S.Multiply(S.Below(power, S.Number(double.MaxValue, float.MaxValue)), p);
            var slope = S.MultiplyAdd(S.Number(-3 * Ln2), cubic, S.Multiply(S.Number(-Ln2), offset));
            return S.MultiplyAdd(S.Multiply(S.Multiply(x, slope), rest), p, p);
        }
    }

    private readonly struct SlopeOfTanhTimes : IGelu
    {
        public static bool HasFactor => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V x, V factor, V scale, V offset) =>
            S.Multiply(factor, SlopeOfTanh.Apply(x, factor, scale, offset));
    }

    private readonly struct GeluOfErf : IGelu
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V x, V factor, V scale, V offset) => Gelu.Apply(x, ErfOfRootHalf(x), x, x);
    }

    private readonly struct SlopeOfErf : IGelu
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V x, V factor, V scale, V offset) => GeluErfSlope.Apply(x, ErfOfRootHalf(x), x, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfOfRootHalf(V x) =>
        ErrorFunction<T, V, S>.Of(S.Multiply(S.Number(0.7071067811865476), x));
}
