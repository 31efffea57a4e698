using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary><c>ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)</c>, where nothing overflows. Within 2 ulp.</summary>
internal static class Softplus<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>The softplus of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x)
    {
        var t = Exponential<T, V, S>.OfNotPositive(S.Negate(S.Abs(x)));
        return S.Add(S.Above(x, S.Number(0)), Logarithm<T, V, S>.OfOnePlus(t));
    }
}
