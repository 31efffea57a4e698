using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Looped.Kernels.Cpu;

/// <summary>Tables that registers hold.</summary>
internal unsafe partial interface ISimd<T, V>
{
    /// <summary>
    /// Powers of two <c>2^(i/16 + s)</c>, i being the lowest four bits of each lane. The shift s, <c>e^(s ln 2)</c> =
    /// exp(-0.010477982452149703) in float64 and exp(-0.011468532264915097) in float32, is one at which all sixteen happen to
    /// lie within 0.19 units of the last place of numbers of the type, so that a table's rounding costs little.
    /// </summary>
    /// <returns>False, and no powers, where the machine has no permutation of sixteen elements.</returns>
    static abstract bool TrySixteenths(V indices, out V powers);
}

internal readonly unsafe partial struct Simd512<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySixteenths(Vector512<T> indices, out Vector512<T> powers)
    {
        if (!Avx512F.IsSupported)
        {
            powers = default;
            return false;
        }

        powers = typeof(T) == typeof(double)
            ? Avx512F.PermuteVar8x64x2(
                Vector512.Create(
                    0.9895767203808338, 1.0333890247942086, 1.0791410656408247, 1.126918722389494,
                    1.1768116767179457, 1.2289135808509961, 1.2833222333516872, 1.3401397626953626),
                indices.AsInt64(),
                Vector512.Create(
                    1.399472818971263, 1.4614327740714763, 1.5261359307430087, 1.5937037408953834,
                    1.664263033573541, 1.7379462530239638, 1.814891707300886, 1.895243827879243)).As<double, T>()
            : Avx512F.PermuteVar16x32(
                Vector512.Create(
                    0.9885969758033752f, 1.0323659181594849f, 1.0780726671218872f, 1.125802993774414f,
                    1.1756465435028076f, 1.2276968955993652f, 1.282051682472229f, 1.3388129472732544f,
                    1.3980872631072998f, 1.4599858522415161f, 1.5246249437332153f, 1.5921258926391602f,
                    1.6626152992248535f, 1.7362256050109863f, 1.8130948543548584f, 1.8933674097061157f),
                indices.AsInt32()).As<float, T>();
        return true;
    }
}

internal readonly unsafe partial struct Simd256<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySixteenths(Vector256<T> indices, out Vector256<T> powers)
    {
        powers = default;
        return false;
    }
}
