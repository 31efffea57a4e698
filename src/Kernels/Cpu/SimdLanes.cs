using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Looped.Kernels.Cpu;

/// <summary>Vectors of which only some lanes are in memory, and lanes of two vectors mixed.</summary>
internal unsafe partial interface ISimd<T, V>
{
    /// <summary>A mask of the first lanes.</summary>
    static abstract V First(int count);

    /// <summary>The lanes of a mask, zeros elsewhere; memory of other lanes is not read.</summary>
    static abstract V Load(T* source, V mask);

    /// <summary>Writes the lanes of a mask; memory of other lanes is not touched.</summary>
    static abstract void Store(V vector, T* destination, V mask);

    /// <summary>Lanes in turn from the first halves of two vectors: <c>a0 b0 a1 b1 ...</c>.</summary>
    static abstract V InterleaveLow(V a, V b);

    /// <summary>Lanes in turn from the second halves of two vectors.</summary>
    static abstract V InterleaveHigh(V a, V b);
}

internal readonly unsafe partial struct Simd512<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> First(int count) =>
        Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source, Vector512<T> mask)
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx512F.MaskLoad((double*)source, mask.AsDouble(), default).As<double, T>()
                : Avx512F.MaskLoad((float*)source, mask.AsSingle(), default).As<float, T>();
        }

        var half = Vector256<T>.Count;
        return Vector512.Create(
            Simd256<T>.Load(source, mask.GetLower()), Simd256<T>.Load(source + half, mask.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> vector, T* destination, Vector512<T> mask)
    {
        if (!Avx512F.IsSupported)
        {
            Simd256<T>.Store(vector.GetLower(), destination, mask.GetLower());
            Simd256<T>.Store(vector.GetUpper(), destination + Vector256<T>.Count, mask.GetUpper());
        }
        else if (typeof(T) == typeof(double))
        {
            Avx512F.MaskStore((double*)destination, mask.AsDouble(), vector.AsDouble());
        }
        else
        {
            Avx512F.MaskStore((float*)destination, mask.AsSingle(), vector.AsSingle());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> InterleaveLow(Vector512<T> a, Vector512<T> b)
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx512F.PermuteVar8x64x2(a.AsDouble(), Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), b.AsDouble())
                    .As<double, T>()
                : Avx512F.PermuteVar16x32x2(
                    a.AsSingle(),
                    Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
                    b.AsSingle()).As<float, T>();
        }

        var (low, high) = (a.GetLower(), b.GetLower());
        return Vector512.Create(Simd256<T>.InterleaveLow(low, high), Simd256<T>.InterleaveHigh(low, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> InterleaveHigh(Vector512<T> a, Vector512<T> b)
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx512F.PermuteVar8x64x2(a.AsDouble(), Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), b.AsDouble())
                    .As<double, T>()
                : Avx512F.PermuteVar16x32x2(
                    a.AsSingle(),
                    Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
                    b.AsSingle()).As<float, T>();
        }

        var (low, high) = (a.GetUpper(), b.GetUpper());
        return Vector512.Create(Simd256<T>.InterleaveLow(low, high), Simd256<T>.InterleaveHigh(low, high));
    }
}

internal readonly unsafe partial struct Simd256<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> First(int count) =>
        Vector256.LessThan(Vector256<T>.Indices, Vector256.Create(T.CreateTruncating(count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source, Vector256<T> mask)
    {
        if (Avx.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx.MaskLoad((double*)source, mask.AsDouble()).As<double, T>()
                : Avx.MaskLoad((float*)source, mask.AsSingle()).As<float, T>();
        }

        var lanes = stackalloc T[Vector256<T>.Count];
        for (var lane = 0; lane < Vector256<T>.Count; lane++)
        {
            lanes[lane] = IsIn(mask, lane) ? source[lane] : T.Zero;
        }

        return Vector256.Load(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> vector, T* destination, Vector256<T> mask)
    {
        // The older instruction is slow on some machines.
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(double))
        {
            Avx512F.VL.MaskStore((double*)destination, mask.AsDouble(), vector.AsDouble());
        }
        else if (Avx512F.VL.IsSupported)
        {
            Avx512F.VL.MaskStore((float*)destination, mask.AsSingle(), vector.AsSingle());
        }
        else if (Avx.IsSupported && typeof(T) == typeof(double))
        {
            Avx.MaskStore((double*)destination, mask.AsDouble(), vector.AsDouble());
        }
        else if (Avx.IsSupported)
        {
            Avx.MaskStore((float*)destination, mask.AsSingle(), vector.AsSingle());
        }
        else
        {
            for (var lane = 0; lane < Vector256<T>.Count; lane++)
            {
                if (IsIn(mask, lane))
                {
                    destination[lane] = vector[lane];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> InterleaveLow(Vector256<T> a, Vector256<T> b)
    {
        if (Avx512F.VL.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx512F.VL.PermuteVar4x64x2(a.AsDouble(), Vector256.Create(0L, 4, 1, 5), b.AsDouble()).As<double, T>()
                : Avx512F.VL.PermuteVar8x32x2(a.AsSingle(), Vector256.Create(0, 8, 1, 9, 2, 10, 3, 11), b.AsSingle())
                    .As<float, T>();
        }

        if (Avx.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx.Permute2x128(
                    Avx.UnpackLow(a.AsDouble(), b.AsDouble()), Avx.UnpackHigh(a.AsDouble(), b.AsDouble()), 0x20)
                    .As<double, T>()
                : Avx.Permute2x128(
                    Avx.UnpackLow(a.AsSingle(), b.AsSingle()), Avx.UnpackHigh(a.AsSingle(), b.AsSingle()), 0x20)
                    .As<float, T>();
        }

        return Interleave(a, b, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> InterleaveHigh(Vector256<T> a, Vector256<T> b)
    {
        if (Avx512F.VL.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx512F.VL.PermuteVar4x64x2(a.AsDouble(), Vector256.Create(2L, 6, 3, 7), b.AsDouble()).As<double, T>()
                : Avx512F.VL.PermuteVar8x32x2(a.AsSingle(), Vector256.Create(4, 12, 5, 13, 6, 14, 7, 15), b.AsSingle())
                    .As<float, T>();
        }

        if (Avx.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx.Permute2x128(
                    Avx.UnpackLow(a.AsDouble(), b.AsDouble()), Avx.UnpackHigh(a.AsDouble(), b.AsDouble()), 0x31)
                    .As<double, T>()
                : Avx.Permute2x128(
                    Avx.UnpackLow(a.AsSingle(), b.AsSingle()), Avx.UnpackHigh(a.AsSingle(), b.AsSingle()), 0x31)
                    .As<float, T>();
        }

        return Interleave(a, b, Vector256<T>.Count / 2);
    }

    private static bool IsIn(Vector256<T> mask, int lane) => ((mask.ExtractMostSignificantBits() >> lane) & 1) != 0;

    private static Vector256<T> Interleave(Vector256<T> a, Vector256<T> b, int first)
    {
        var lanes = stackalloc T[Vector256<T>.Count];
        for (var pair = 0; pair < Vector256<T>.Count / 2; pair++)
        {
            (lanes[2 * pair], lanes[(2 * pair) + 1]) = (a[first + pair], b[first + pair]);
        }

        return Vector256.Load(lanes);
    }
}
