using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// The error function: below one <c>x + x P(x^2)</c>, from there on <c>1 - e^-Q(|x|)</c>, P and Q minimax polynomials of
/// <c>erf x / x - 1</c> and <c>-ln erfc x</c>. Within 1.1 ulp.
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
        var one = S.Number(1);

        // From the limit on it is one to the last digit.
        var t = S.Below(S.Abs(x), S.Number(6, 4));
        var tail = S.Subtract(one, Exponential<T, V, S>.Bounded(S.Negate(MinusLogOfComplement(t))));
        return S.Select(S.Greater(one, t), S.MultiplyAdd(x, SlopeMinusOne(S.Multiply(t, t)), x), S.CopySign(tail, x));
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
