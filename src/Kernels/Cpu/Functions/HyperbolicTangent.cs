using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// <c>tanh |x| = E / (E + 2)</c> with <c>E = e^(2|x|) - 1 = 2^n (e^r - 1) + (2^n - 1)</c>, which loses no digit of a
/// small x. Within 2 ulp.
/// </summary>
internal static class HyperbolicTangent<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary><c>tanh x</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x)
    {
        // From the limit on it is one to the last digit.
        var size = S.Below(S.Abs(x), S.Number(20, 10));
        var r = Exponential<T, V, S>.Reduce(S.Add(size, size), out var n);
        var power = S.Scale(S.Number(1), n);
        var e = S.MultiplyAdd(power, Exponential<T, V, S>.MinusOne(r), S.Subtract(power, S.Number(1)));
        return S.CopySign(S.Divide(e, S.Add(e, S.Number(2))), x);
    }
}
