using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// <c>1 / (1 + e^-x)</c> by <c>t = e^-|x|</c>: <c>1 / (1 + t)</c>, or <c>t / (1 + t)</c> below zero, so that nothing
/// overflows. Within 2.5 ulp.
/// </summary>
internal static class Sigmoid<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>The sigmoid of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x)
    {
        var (zero, one) = (S.Number(0), S.Number(1));
        var t = Exponential<T, V, S>.OfNotPositive(S.Negate(S.Abs(x)));
        return S.Divide(S.Select(S.Greater(zero, x), t, one), S.Add(one, t));
    }
}
