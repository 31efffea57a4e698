using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// <c>e^x = 2^n e^r</c> with n the nearest number of sixteenths to <c>x / ln 2</c>, by a table of sixteen powers that
/// registers hold and a short polynomial in r, at most a 32nd of ln 2; where there is no such table, with n the nearest whole
/// number and a longer polynomial. Within 1 ulp, subnormal results included.
/// </summary>
internal static class Exponential<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private const double Log2E = 1.4426950408889634;

    /// <summary>Numbers whose last place is a sixteenth.</summary>
    private const double LargeWide = 1.5 * (1L << 48), LargeNarrow = 1.5 * (1L << 19);

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
        var sixteenths = Sixteenths(x, out var n);
        if (S.TrySixteenths(sixteenths, out var power))
        {
            return OfSixteenths(power, Rest(x, n), n);
        }

        var r = Reduce(x, out n);
        return S.Scale(S.Add(S.Number(1), MinusOne(r)), n);
    }

    /// <summary>
    /// <c>e^(x + correction)</c> for x as <see cref="Bounded(V)"/> takes it and a correction far below one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Bounded(V x, V correction)
    {
        var sixteenths = Sixteenths(x, out var n);
        if (S.TrySixteenths(sixteenths, out var power))
        {
            return OfSixteenths(power, S.Add(Rest(x, n), correction), n);
        }

        var r = S.Add(Reduce(x, out n), correction);
        return S.Scale(S.Add(S.Number(1), MinusOne(r)), n);
    }

    /// <summary>
    /// <c>2^x</c>, within 1 ulp; its r is exact. Beyond the limits it is infinite or zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OfTwo(V x)
    {
        var limit = S.Number(1500, 200);
        x = S.Above(S.Below(x, limit), S.Negate(limit));
        var large = S.Number(LargeWide, LargeNarrow);
        var sixteenths = S.Add(x, large);
        if (!S.TrySixteenths(sixteenths, out var power))
        {
            var whole = S.Round(x);
            var rest = MinusOne(S.Multiply(S.Subtract(x, whole), S.Number(0.6931471805599453)));
            return S.Scale(S.Add(S.Number(1), rest), whole);
        }

        var n = S.Subtract(sixteenths, large);
        var r = S.Subtract(x, n);
        V p;
        if (typeof(T) == typeof(double))
        {
            p = S.Number(0.00015566005297133162);
            p = S.MultiplyAdd(p, r, S.Number(0.001347426510901958));
            p = S.MultiplyAdd(p, r, S.Number(0.009719437521551622));
            p = S.MultiplyAdd(p, r, S.Number(0.05608873724384665));
            p = S.MultiplyAdd(p, r, S.Number(0.24275682927004472));
            p = S.MultiplyAdd(p, r, S.Number(0.7004481474596458));
            p = S.MultiplyAdd(p, r, S.Number(0.010533068739890006));
        }
        else
        {
            p = S.Number(0.05614564192567229);
            p = S.MultiplyAdd(p, r, S.Number(0.24300692181482067));
            p = S.MultiplyAdd(p, r, S.Number(0.7011423198293324));
            p = S.MultiplyAdd(p, r, S.Number(0.011534546845452368));
        }

        return S.Scale(S.MultiplyAdd(power, p, power), n);
    }

    /// <summary>r and n of an argument: <c>x = n ln 2 + r</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Reduce(V x, out V n)
    {
        n = S.Round(S.Multiply(x, S.Number(Log2E)));
        return Rest(x, n);
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

    /// <summary>
    /// The whole number of sixteenths that is next to <c>x / ln 2</c>, in the lowest bits of a sum whose last place is a
    /// sixteenth, and as a number n.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sixteenths(V x, out V n)
    {
        var large = S.Number(LargeWide, LargeNarrow);
        var sum = S.MultiplyAdd(x, S.Number(Log2E), large);
        n = S.Subtract(sum, large);
        return sum;
    }

    /// <summary><c>x - n ln 2</c>: the first product cancels the leading digits of x, so that the difference is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Rest(V x, V n)
    {
        var r = S.MultiplyAdd(n, S.Number(-0.6931471805599453, -0.6931471824645996), x);
        return S.MultiplyAdd(n, S.Number(-2.3190468138462996e-17, 1.9046542121259336e-09), r);
    }

    /// <summary>
    /// <c>2^n e^r</c> for r of at most a 32nd of ln 2: the power of the table for n's fraction, whose shift the polynomial
    /// takes back, times the power for the next lower whole number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V OfSixteenths(V power, V r, V n)
    {
        V p;
        if (typeof(T) == typeof(double))
        {
            p = S.Number(0.0014035387504972888);
            p = S.MultiplyAdd(p, r, S.Number(0.008421273702191805));
            p = S.MultiplyAdd(p, r, S.Number(0.04210554452599135));
            p = S.MultiplyAdd(p, r, S.Number(0.1684221780846157));
            p = S.MultiplyAdd(p, r, S.Number(0.5052665343699453));
            p = S.MultiplyAdd(p, r, S.Number(1.0105330687398923));
            p = S.MultiplyAdd(p, r, S.Number(0.010533068739890006));
        }
        else
        {
            p = S.Number(0.16859305036534863);
            p = S.MultiplyAdd(p, r, S.Number(0.5057870692350227));
            p = S.MultiplyAdd(p, r, S.Number(1.0115345477751614));
            p = S.MultiplyAdd(p, r, S.Number(0.011534546845452368));
        }

        return S.Scale(S.MultiplyAdd(power, p, power), n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Pair(V r, double constant, double slope) => S.MultiplyAdd(S.Number(slope), r, S.Number(constant));
}
