using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Looped.Kernels.Cpu;

/// <summary>Tables that registers hold.</summary>
internal unsafe partial interface ISimd<T, V>
{
    /// <summary>Whether a vector is a table of sixteen numbers, which <see cref="Permute"/> looks up by the lowest four bits.</summary>
    static abstract bool HasSixteen { get; }

    /// <summary>A vector of sixteen float32 numbers; others have none.</summary>
    static abstract V Sixteen(
        float n0, float n1, float n2, float n3, float n4, float n5, float n6, float n7,
        float n8, float n9, float n10, float n11, float n12, float n13, float n14, float n15);

    /// <summary>
    /// Powers of two <c>2^(i/16 + s)</c>, i being the lowest four bits of each lane. The shift s, <c>e^(s ln 2)</c> =
    /// exp(-0.010477982452149703) in float64 and exp(-0.011468532264915097) in float32, is one at which all sixteen happen to
    /// lie within 0.19 units of the last place of numbers of the type, so that a table's rounding costs little.
    /// </summary>
    /// <returns>False, and no powers, where the machine has no permutation of sixteen elements.</returns>
    static abstract bool TrySixteenths(V indices, out V powers);

    /// <summary>
    /// Splits numbers into <c>2^exponent mantissa</c>, mantissas from one to two, and finds for each mantissa m a reciprocal
    /// of at most seven binary digits with <c>-1/30 &lt; m reciprocal - 1 &lt; 1/16</c> (exactly a power of two next to one
    /// and two) and <c>-ln reciprocal</c> as a sum of two numbers, of which the first is a whole multiple of 2^-40 (float64)
    /// or 2^-15 (float32). Zero has exponent minus infinity, infinity has infinity; below zero mantissas are no numbers.
    /// </summary>
    /// <returns>False, and nothing, where the machine has no permutation of sixteen elements.</returns>
    static abstract bool TryReciprocals(
        V a, out V exponent, out V mantissa, out V reciprocal, out V log, out V logLow);
}

internal readonly unsafe partial struct Simd512<T>
{
    public static bool HasSixteen => typeof(T) == typeof(float) && Avx512F.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sixteen(
        float n0, float n1, float n2, float n3, float n4, float n5, float n6, float n7,
        float n8, float n9, float n10, float n11, float n12, float n13, float n14, float n15) =>
        Vector512.Create(n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15).As<float, T>();

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReciprocals(
        Vector512<T> a,
        out Vector512<T> exponent,
        out Vector512<T> mantissa,
        out Vector512<T> reciprocal,
        out Vector512<T> log,
        out Vector512<T> logLow)
    {
        if (!Avx512F.IsSupported)
        {
            exponent = mantissa = reciprocal = log = logLow = default;
            return false;
        }

        // Mantissas are no numbers where there is a sign; the tables go by their first four digits.
        const byte Positive = 0b1000;
        if (typeof(T) == typeof(double))
        {
            exponent = Avx512F.GetExponent(a.AsDouble()).As<double, T>();
            mantissa = Avx512F.GetMantissa(a.AsDouble(), Positive).As<double, T>();
            var indices = mantissa.AsInt64() >>> 48;
            reciprocal = Avx512F.PermuteVar8x64x2(
                Vector512.Create(1.0, 0.9140625, 0.859375, 0.8203125, 0.78125, 0.7421875, 0.7109375, 0.6796875),
                indices,
                Vector512.Create(0.65625, 0.625, 0.6015625, 0.578125, 0.5625, 0.546875, 0.5234375, 0.5)).As<double, T>();
            log = Avx512F.PermuteVar8x64x2(
                Vector512.Create(
                    0.0, 0.0898563291220853, 0.15154989812708664, 0.19806991376208316,
                    0.24686007793116005, 0.2981533723186658, 0.34117075740232394, 0.3861221452652899),
                indices,
                Vector512.Create(
                    0.42121346507610724, 0.4700036292460936, 0.5082248420658289, 0.5479651707155426,
                    0.5753641449036877, 0.6035350218699023, 0.6473376445283066, 0.6931471805592082)).As<double, T>();
            logLow = Avx512F.PermuteVar8x64x2(
                Vector512.Create(
                    0.0, -2.2425180056249017e-13, 1.1430262734452834e-13, 1.0634128304268335e-14,
                    3.657488373208597e-13, 4.1054326754770843e-13, 4.431816646402999e-13, -2.564260083040726e-13),
                indices,
                Vector512.Create(
                    1.9630983790222844e-13, -3.5807015485410843e-13, 1.0446439784833471e-13, -9.521443188786736e-14,
                    -1.258471477801639e-13, 3.5591060782466607e-13, 3.445512476250737e-13, 7.371002565167799e-13)).As<double, T>();
        }
        else
        {
            exponent = Avx512F.GetExponent(a.AsSingle()).As<float, T>();
            mantissa = Avx512F.GetMantissa(a.AsSingle(), Positive).As<float, T>();
            var indices = mantissa.AsInt32() >>> 19;
            reciprocal = Avx512F.PermuteVar16x32(
                Vector512.Create(
                    1f, 0.9140625f, 0.859375f, 0.8203125f, 0.78125f, 0.7421875f, 0.7109375f, 0.6796875f,
                    0.65625f, 0.625f, 0.6015625f, 0.578125f, 0.5625f, 0.546875f, 0.5234375f, 0.5f),
                indices).As<float, T>();
            log = Avx512F.PermuteVar16x32(
                Vector512.Create(
                    0f, 0.08984375f, 0.1515503f, 0.19805908f, 0.24685669f, 0.29815674f, 0.341156f, 0.3861084f,
                    0.4212036f, 0.47000122f, 0.50823975f, 0.54797363f, 0.5753784f, 0.60354614f, 0.64733887f, 0.69314575f),
                indices).As<float, T>();
            logLow = Avx512F.PermuteVar16x32(
                Vector512.Create(
                    0f, 1.2579122e-5f, -3.9484155e-7f, 1.0831731e-5f,
                    3.3884785e-6f, -3.3659621e-6f, 1.4751543e-5f, 1.3746828e-5f,
                    9.851795e-6f, 2.4085425e-6f, -1.4904028e-5f, -8.462097e-6f,
                    -1.4273065e-5f, -1.1120708e-5f, -1.2226589e-6f, 1.4286068e-6f),
                indices).As<float, T>();
        }

        return true;
    }
}

internal readonly unsafe partial struct Simd256<T>
{
    public static bool HasSixteen => false;

    public static Vector256<T> Sixteen(
        float n0, float n1, float n2, float n3, float n4, float n5, float n6, float n7,
        float n8, float n9, float n10, float n11, float n12, float n13, float n14, float n15) =>
        throw new NotSupportedException("a vector of 256 bits has no sixteen numbers");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySixteenths(Vector256<T> indices, out Vector256<T> powers)
    {
        powers = default;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReciprocals(
        Vector256<T> a,
        out Vector256<T> exponent,
        out Vector256<T> mantissa,
        out Vector256<T> reciprocal,
        out Vector256<T> log,
        out Vector256<T> logLow)
    {
        exponent = mantissa = reciprocal = log = logLow = default;
        return false;
    }
}
