using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// The error function: below one <c>x + x P(x^2)</c>, from there on <c>1 - e^-Q(|x|)</c>, P and Q minimax polynomials of
/// <c>erf x / x - 1</c> and <c>-ln erfc x</c>; in float32 by tables of sixteen polynomials where registers hold so many
/// numbers. Within 1.1 ulp.
/// </summary>
internal static class ErrorFunction<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary><c>erf x</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x)
    {
        if (S.HasSixteen)
        {
            return OfSixteen(x);
        }

        var one = S.Number(1);

        // From the limit on it is one to the last digit.
        var t = S.Below(S.Abs(x), S.Number(6, 4));
        var tail = S.Subtract(one, Exponential<T, V, S>.Bounded(S.Negate(MinusLogOfComplement(t))));
        return S.Select(S.Greater(one, t), S.MultiplyAdd(x, SlopeMinusOne(S.Multiply(t, t)), x), S.CopySign(tail, x));
    }

    /// <summary>
    /// By a polynomial around the next of sixteen centres, which are chosen so that their error functions lie next to numbers
    /// of the type.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V OfSixteen(V x)
    {
        // From the limit on it is one to the last digit. The lowest bits of the sum count distances of the centres.
        var t = S.Below(S.Abs(x), S.Number(4));
        var place = S.MultiplyAdd(t, S.Number(64.0 / 17), S.Number(1.5 * (1L << 23)));
        var d = S.Subtract(t, S.Permute(
            S.Sixteen(
                0f, 0.26563627f, 0.5312568f, 0.7968742f,
                1.0624638f, 1.3280969f, 1.5937258f, 1.8597564f,
                2.124837f, 2.387892f, 2.6567261f, 2.9162903f,
                3.1873543f, 3.4570746f, 3.7439213f, 3.832507f),
            place));
        var p = S.Permute(
            S.Sixteen(
                -0.010601037f, -0.042115644f, -0.0488828f, -0.02062446f,
                0.011021854f, 0.022149645f, 0.015804425f, 0.0046833125f,
                -0.0017924835f, -0.0030801273f, -0.0020973373f, -0.0009836263f,
                -0.00035600935f, -0.000103505416f, -2.1494025e-5f, -7.2892594e-6f),
            place);
        p = S.MultiplyAdd(p, d, S.Permute(
            S.Sixteen(
                0.11441447f, 0.07577573f, -0.0017279511f, -0.059438594f,
                -0.0659517f, -0.03687389f, -0.005123337f, 0.010928048f,
                0.012447626f, 0.008121689f, 0.0038226533f, 0.0014617916f,
                0.0004337325f, 0.00010634385f, 1.9605808e-5f, 9.983884e-6f),
            place));
        p = S.MultiplyAdd(p, d, S.Permute(
            S.Sixteen(
                -0.000108289714f, 0.13309085f, 0.18350993f, 0.1373878f,
                0.04795894f, -0.022585329f, -0.049168956f, -0.04311893f,
                -0.026371017f, -0.012602464f, -0.004778328f, -0.0015561357f,
                -0.00040175283f, -8.752835e-5f, -1.43911175e-5f, -7.862018e-6f),
            place));
        p = S.MultiplyAdd(p, d, S.Permute(
            S.Sixteen(
                -0.376123f, -0.30103356f, -0.123534f, 0.05381677f,
                0.152984f, 0.16294073f, 0.121031426f, 0.0700451f,
                0.033054933f, 0.013067006f, 0.004244253f, 0.0012193164f,
                0.00028128814f, 5.555507e-5f, 8.308047e-6f, 4.4561625e-6f),
            place));
        p = S.MultiplyAdd(p, d, S.Permute(
            S.Sixteen(
                -3.8288732e-8f, -0.27931708f, -0.45205063f, -0.47650135f,
                -0.38772586f, -0.25683743f, -0.14183296f, -0.066041894f,
                -0.026240412f, -0.008997261f, -0.0025790948f, -0.00066637684f,
                -0.00013924905f, -2.516312e-5f, -3.45383e-6f, -1.8070067e-6f),
            place));
        p = S.MultiplyAdd(p, d, S.Permute(
            S.Sixteen(
                0.12837917f, 1.051502f, 0.85090774f, 0.5979631f,
                0.364931f, 0.19338755f, 0.08899459f, 0.035511047f,
                0.012349376f, 0.0037678678f, 0.0009707794f, 0.00022850181f,
                4.3687676e-5f, 7.2785283e-6f, 9.225253e-7f, 4.7151008e-7f),
            place));
        var centre = S.Permute(
            S.Sixteen(
                0f, 0.2928351f, 0.5475342f, 0.7402365f,
                0.86704504f, 0.9396479f, 0.97579557f, 0.99146384f,
                0.99734396f, 0.99926716f, 0.99982816f, 0.9999628f,
                0.99999344f, 0.999999f, 0.9999999f, 0.99999994f),
            place);

        // Around zero, where the distance is larger, the polynomial is that of erf t / t - 1.
        return S.CopySign(S.MultiplyAdd(d, p, S.Above(d, centre)), x);
    }

    /// <summary><c>erf x / x - 1</c> of <c>z = x^2</c>, up to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SlopeMinusOne(V z)
    {
        V p;
        if (typeof(T) == typeof(double))
        {
            p = S.Number(-7.779462971761597e-10);
            p = S.MultiplyAdd(p, z, S.Number(1.3710988704190523e-08));
            p = S.MultiplyAdd(p, z, S.Number(-1.6206318752969208e-07));
            p = S.MultiplyAdd(p, z, S.Number(1.6447132699786621e-06));
            p = S.MultiplyAdd(p, z, S.Number(-1.4924712439534814e-05));
            p = S.MultiplyAdd(p, z, S.Number(0.0001205529358693695));
            p = S.MultiplyAdd(p, z, S.Number(-0.0008548325929766244));
            p = S.MultiplyAdd(p, z, S.Number(0.005223977606130842));
            p = S.MultiplyAdd(p, z, S.Number(-0.026866170643113415));
            p = S.MultiplyAdd(p, z, S.Number(0.112837916709442));
            p = S.MultiplyAdd(p, z, S.Number(-0.3761263890318352));
            p = S.MultiplyAdd(p, z, S.Number(0.12837916709551256));
        }
        else
        {
            p = S.Number(7.853849828429409e-05);
            p = S.MultiplyAdd(p, z, S.Number(-0.0008010202699272506));
            p = S.MultiplyAdd(p, z, S.Number(0.005188330482592488));
            p = S.MultiplyAdd(p, z, S.Number(-0.02685381458207252));
            p = S.MultiplyAdd(p, z, S.Number(0.11283585248605635));
            p = S.MultiplyAdd(p, z, S.Number(-0.376126258374651));
            p = S.MultiplyAdd(p, z, S.Number(0.12837916572955937));
        }

        return p;
    }

    /// <summary><c>-ln erfc t</c>, from one to the limit, to the digits that count beside one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V MinusLogOfComplement(V t)
    {
        V p;
        if (typeof(T) == typeof(double))
        {
            p = S.Number(4.928118478758299e-12);
            p = S.MultiplyAdd(p, t, S.Number(-2.044779700157097e-10));
            p = S.MultiplyAdd(p, t, S.Number(3.933954602925314e-09));
            p = S.MultiplyAdd(p, t, S.Number(-4.641978798434014e-08));
            p = S.MultiplyAdd(p, t, S.Number(3.7328138136715437e-07));
            p = S.MultiplyAdd(p, t, S.Number(-2.1355690629296197e-06));
            p = S.MultiplyAdd(p, t, S.Number(8.666753348489083e-06));
            p = S.MultiplyAdd(p, t, S.Number(-2.282131162163138e-05));
            p = S.MultiplyAdd(p, t, S.Number(2.026400016340498e-05));
            p = S.MultiplyAdd(p, t, S.Number(0.0001350549587303317));
            p = S.MultiplyAdd(p, t, S.Number(-0.0007706493175866655));
            p = S.MultiplyAdd(p, t, S.Number(0.0019159495726485056));
            p = S.MultiplyAdd(p, t, S.Number(-0.0004106327087793585));
            p = S.MultiplyAdd(p, t, S.Number(-0.018990176142480292));
            p = S.MultiplyAdd(p, t, S.Number(0.10270343846523501));
            p = S.MultiplyAdd(p, t, S.Number(0.6366436283373796));
            p = S.MultiplyAdd(p, t, S.Number(1.128374089449796));
            p = S.MultiplyAdd(p, t, S.Number(5.028494796871257e-07));
        }
        else
        {
            p = S.Number(-0.00018637459746534456);
            p = S.MultiplyAdd(p, t, S.Number(0.0029476138598638784));
            p = S.MultiplyAdd(p, t, S.Number(-0.021837887869251834));
            p = S.MultiplyAdd(p, t, S.Number(0.10310638861154567));
            p = S.MultiplyAdd(p, t, S.Number(0.6381452530405437));
            p = S.MultiplyAdd(p, t, S.Number(1.1270889373363198));
            p = S.MultiplyAdd(p, t, S.Number(0.00034158526986598583));
        }

        return p;
    }
}
