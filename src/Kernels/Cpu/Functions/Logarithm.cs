using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// The natural logarithm: <c>x = 2^k m</c>, for m a reciprocal c of few digits and its logarithm from tables of sixteen that
/// registers hold, and <c>ln x = k ln 2 - ln c + ln(1 + f)</c> with <c>f = c m - 1</c> by a short polynomial. Where there are
/// no such tables <c>x = 2^k (1 + f)</c> with <c>1 + f</c> from <c>1/sqrt 2</c> to <c>sqrt 2</c>, and <c>ln(1 + f) = 2
/// artanh s</c>, <c>s = f / (2 + f)</c>, by a minimax polynomial in <c>s^2</c>. Within 1 ulp, subnormal arguments included.
/// </summary>
internal static class Logarithm<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary><c>ln x</c>: minus infinity at zero, not a number below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x)
    {
        if (S.TryReciprocals(x, out var k, out var m, out var reciprocal, out var log, out var logLow))
        {
            return OfReciprocals(S.MultiplyAdd(m, reciprocal, S.Number(-1)), k, log, logLow);
        }

        var r = Positive(x);
        r = S.Select(S.Equal(x, S.Number(double.PositiveInfinity)), x, r);
        var zero = S.Number(0);
        var none = S.Select(S.Equal(x, zero), S.Number(double.NegativeInfinity), S.Number(double.NaN));
        return S.Select(S.Greater(x, zero), r, none);
    }

    /// <summary><c>ln(1 + t)</c> for t from 0 to 1, to the last digits of a small t.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OfOnePlus(V t)
    {
        // 1 + t = u + c exactly, and u / 2^k + c / 2^k is one more than f, k being 0 or 1.
        var one = S.Number(1);
        var u = S.Add(one, t);
        var c = S.Subtract(t, S.Subtract(u, one));
        var m = S.Split(u, out var k);
        var f = S.MultiplyAdd(c, S.MultiplyAdd(k, S.Number(-0.5), one), S.Subtract(m, one));
        return OfOnePlus(f, k);
    }

    /// <summary><c>x = 2^k m</c> for positive x, also where x is subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Split(V x, out V k)
    {
        var (digits, smallest) = (S.Number(54, 25), S.Number(2.2250738585072014e-308, 1.1754943508222875e-38));
        var isSubnormal = S.Greater(smallest, x);
        var m = S.Split(S.Select(isSubnormal, S.Multiply(x, S.Number(1L << 54, 1L << 25)), x), out k);
        k = S.Select(isSubnormal, S.Subtract(k, digits), k);
        return m;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Positive(V x)
    {
        var m = Split(x, out var k);
        return OfOnePlus(S.Subtract(m, S.Number(1)), k);
    }

    /// <summary>
    /// <c>k ln 2 + ln(1 + f)</c>, summed from small to large: <c>2 artanh s = f - f^2/2 + s (f^2/2 + R(s^2))</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V OfOnePlus(V f, V k)
    {
        var s = S.Divide(f, S.Add(S.Number(2), f));
        var z = S.Multiply(s, s);
        V p;
        if (typeof(T) == typeof(double))
        {
            p = S.Number(0.1480225406252282);
            p = S.MultiplyAdd(p, z, S.Number(0.15313453587465828));
            p = S.MultiplyAdd(p, z, S.Number(0.18183586292318196));
            p = S.MultiplyAdd(p, z, S.Number(0.22222198178538607));
            p = S.MultiplyAdd(p, z, S.Number(0.28571428745939215));
            p = S.MultiplyAdd(p, z, S.Number(0.3999999999940015));
            p = S.MultiplyAdd(p, z, S.Number(0.6666666666666736));
        }
        else
        {
            p = S.Number(0.29877101972651393);
            p = S.MultiplyAdd(p, z, S.Number(0.3997735772442687));
            p = S.MultiplyAdd(p, z, S.Number(0.6666677772320834));
        }

        // The first part of ln 2 has so few digits that its product with k is exact.
        var half = S.Multiply(S.Number(0.5), S.Multiply(f, f));
        var small = S.Multiply(k, S.Number(1.90821492927058770002e-10, 9.0580006145e-06));
        var inner = S.MultiplyAdd(s, S.MultiplyAdd(z, p, half), small);
        var large = S.Multiply(k, S.Number(6.93147180369123816490e-01, 6.9313812256e-01));
        return S.Subtract(large, S.Subtract(S.Subtract(half, inner), f));
    }

    /// <summary>
    /// <c>k ln 2 + log + logLow + ln(1 + f)</c>: the first parts of ln 2 and of the table are whole multiples of one number,
    /// so that their sum is exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V OfReciprocals(V f, V k, V log, V logLow)
    {
        V p;
        if (typeof(T) == typeof(double))
        {
            p = S.Number(0.07993824458662663);
            p = S.MultiplyAdd(p, f, S.Number(-0.09973281275887332));
            p = S.MultiplyAdd(p, f, S.Number(0.11113349351186211));
            p = S.MultiplyAdd(p, f, S.Number(-0.12500095822859658));
            p = S.MultiplyAdd(p, f, S.Number(0.14285712963107194));
            p = S.MultiplyAdd(p, f, S.Number(-0.16666666585158504));
            p = S.MultiplyAdd(p, f, S.Number(0.2000000000022061));
            p = S.MultiplyAdd(p, f, S.Number(-0.2500000000002165));
            p = S.MultiplyAdd(p, f, S.Number(0.33333333333333326));
            p = S.MultiplyAdd(p, f, S.Number(-0.5));
        }
        else
        {
            p = S.Number(0.19083675742149353);
            p = S.MultiplyAdd(p, f, S.Number(-0.25016656517982483));
            p = S.MultiplyAdd(p, f, S.Number(0.33334195613861084));
            p = S.MultiplyAdd(p, f, S.Number(-0.4999999701976776));
        }

        var large = S.MultiplyAdd(k, S.Number(0.6931471805592082, 0.693145751953125), log);
        var small = S.MultiplyAdd(k, S.Number(7.371002565167799e-13, 1.428606765330187e-06), logLow);
        return S.Add(large, S.Add(f, S.MultiplyAdd(S.Multiply(f, f), p, small)));
    }
}
