using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// <c>x^c</c> as <c>e^(c ln x)</c>, the logarithm with some more digits than the type has: <c>2 artanh s = s (2 + 2/3
/// s^2 + s^4 Q(s^2))</c> with the first two terms as sums of two numbers. Within 1.25 ulp.
/// </summary>
internal static class Power<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary><c>|x|^c</c> for finite c that is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OfSize(V x, V c)
    {
        var (zero, infinity) = (S.Number(0), S.Number(double.PositiveInfinity));
        var size = S.Abs(x);
        var log = Log(size, out var logLow);
        var y = S.Multiply(c, log);
        var low = S.MultiplyAdd(c, logLow, S.MultiplyAdd(c, log, S.Negate(y)));

        // Far outside the range of results the correction may be infinite less infinite.
        var limit = S.Number(1100, 150);
        var isInside = S.Greater(limit, S.Abs(y));
        y = S.Select(isInside, y, S.CopySign(limit, y));
        var power = Exponential<T, V, S>.Bounded(y, S.Select(isInside, low, zero));

        var isRising = S.Greater(c, zero);
        power = S.Select(S.Equal(size, zero), S.Select(isRising, zero, infinity), power);
        power = S.Select(S.Equal(size, infinity), S.Select(isRising, infinity, zero), power);
        return S.Select(S.Equal(x, x), power, x);
    }

    /// <summary>The natural logarithm of a positive number as a sum of two numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Log(V x, out V low)
    {
        var two = S.Number(2);
        var m = Logarithm<T, V, S>.Split(x, out var k);
        var f = S.Subtract(m, S.Number(1));

        // s = f / (2 + f)
        var d = S.Add(two, f);
        var dLow = S.Subtract(f, S.Subtract(d, two));
        var s = S.Divide(f, d);
        var minus = S.Negate(s);
        var sLow = S.Divide(S.MultiplyAdd(minus, dLow, S.MultiplyAdd(minus, d, f)), d);

        // z = s^2, and t = 2/3 z + z^2 Q(z)
        var z = S.Multiply(s, s);
        var zLow = S.MultiplyAdd(S.Multiply(two, s), sLow, S.MultiplyAdd(s, s, S.Negate(z)));
        V q;
        if (typeof(T) == typeof(double))
        {
            q = S.Number(0.13202012153229092);
            q = S.MultiplyAdd(q, z, S.Number(0.13256226693004416));
            q = S.MultiplyAdd(q, z, S.Number(0.15386781705429453));
            q = S.MultiplyAdd(q, z, S.Number(0.18181783862427758));
            q = S.MultiplyAdd(q, z, S.Number(0.2222222252537362));
            q = S.MultiplyAdd(q, z, S.Number(0.2857142857007111));
            q = S.MultiplyAdd(q, z, S.Number(0.4000000000000231));
        }
        else
        {
            q = S.Number(0.23423537610676998);
            q = S.MultiplyAdd(q, z, S.Number(0.2854693438374838));
            q = S.MultiplyAdd(q, z, S.Number(0.4000015403920352));
        }

        var third = S.Number(0.6666666666666666, 0.6666666865348816);
        var t = S.Multiply(third, z);
        var tLow = S.MultiplyAdd(third, z, S.Negate(t));
        tLow = S.MultiplyAdd(third, zLow, tLow);
        tLow = S.MultiplyAdd(S.Number(3.700743415417188e-17, -1.9868215517249155e-08), z, tLow);
        tLow = S.MultiplyAdd(S.Multiply(z, z), q, tLow);

        // p = s (2 + t)
        var g = S.Add(two, t);
        var gLow = S.Add(S.Subtract(t, S.Subtract(g, two)), tLow);
        var p = S.Multiply(s, g);
        var pLow = S.MultiplyAdd(s, gLow, S.MultiplyAdd(s, g, S.Negate(p)));
        pLow = S.MultiplyAdd(sLow, g, pLow);

        // The first part of ln 2 has so few digits that its product with k is exact, and that is zero or larger than p.
        var large = S.Multiply(k, S.Number(6.93147180369123816490e-01, 6.9313812256e-01));
        var sum = S.Add(large, p);
        pLow = S.MultiplyAdd(k, S.Number(1.90821492927058770002e-10, 9.0580006145e-06), pLow);
        low = S.Add(S.Subtract(p, S.Subtract(sum, large)), pLow);
        return sum;
    }
}
