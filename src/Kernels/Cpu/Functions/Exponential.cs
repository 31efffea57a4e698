using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// <c>e^x = 2^n e^r</c> with n the nearest whole number to <c>x / ln 2</c>, and a minimax polynomial in r, at most half
/// of ln 2. Within 1 ulp, subnormal results included.
/// </summary>
internal static class Exponential<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary><c>e^x</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x)
    {
        // Beyond the limits e^x is infinite or zero; r is then off by little, and n within what a scale allows.
        var limit = S.Number(1100, 150);
        return Bounded(S.Above(S.Below(x, limit), S.Negate(limit)));
    }

    /// <summary><c>e^x</c> for arguments that are not positive, or are no numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OfNotPositive(V x) => Bounded(S.Above(x, S.Number(-1100, -150)));

    /// <summary><c>e^x</c> for arguments of at most 1100 (float64) or 150 (float32) on either side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bounded(V x)
    {
        var r = Reduce(x, out var n);
        return S.Scale(S.Add(S.Number(1), MinusOne(r)), n);
    }

    /// <summary>
    /// <c>e^(x + correction)</c> for x as <see cref="Bounded(V)"/> takes it and a correction far below one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bounded(V x, V correction)
    {
        var r = S.Add(Reduce(x, out var n), correction);
        return S.Scale(S.Add(S.Number(1), MinusOne(r)), n);
    }

    /// <summary>r and n of an argument: <c>x = n ln 2 + r</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Reduce(V x, out V n)
    {
        // The first product cancels the leading digits of x, so that the difference is exact.
        n = S.Round(S.Multiply(x, S.Number(1.4426950408889634)));
        var r = S.MultiplyAdd(n, S.Number(-0.6931471805599453, -0.6931471824645996), x);
        return S.MultiplyAdd(n, S.Number(-2.3190468138462996e-17, 1.9046542121259336e-09), r);
    }

    /// <summary>
    /// <c>e^r - 1</c> for r of at most half of ln 2. Coefficients are taken in pairs and the pairs in powers of the square:
    /// as many operations as one after the other, and half as many that wait for one another.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MinusOne(V r)
    {
        var square = S.Multiply(r, r);
        V p;
        if (typeof(T) == typeof(double))
        {
            p = Pair(r, 2.7626454004067406e-07, 2.5114876189468234e-08);
            p = S.MultiplyAdd(p, square, Pair(r, 2.480150414339531e-05, 2.755722667272104e-06));
            p = S.MultiplyAdd(p, square, Pair(r, 0.001388888893261044, 0.0001984126990446612));
            p = S.MultiplyAdd(p, square, Pair(r, 0.04166666666657301, 0.008333333333313939));
            p = S.MultiplyAdd(p, square, Pair(r, 0.5000000000000006, 0.16666666666666688));
        }
        else
        {
            p = Pair(r, 0.0013941107157988935, 0.00019914375231991927);
            p = S.MultiplyAdd(p, square, Pair(r, 0.041666353530424576, 0.008333272679689245));
            p = S.MultiplyAdd(p, square, Pair(r, 0.5000000046614899, 0.1666666681866278));
        }

        return S.MultiplyAdd(square, p, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Pair(V r, double constant, double slope) => S.MultiplyAdd(S.Number(slope), r, S.Number(constant));
}
