using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Looped.Kernels.Cpu;

/// <summary>512-bit vectors.</summary>
internal readonly unsafe partial struct Simd512<T> : ISimd<T, Vector512<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Width => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> vector, T* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed(Vector512<T> vector, T* destination) => vector.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Number(double number) => typeof(T) == typeof(double)
        ? Vector512.Create(number).As<double, T>()
        : Vector512.Create((float)number).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Number(double wide, double narrow) =>
        Number(typeof(T) == typeof(double) ? wide : narrow);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Negate(Vector512<T> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Abs(Vector512<T> a) => Vector512.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> CopySign(Vector512<T> a, Vector512<T> sign) => Vector512.CopySign(a, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Divide(Vector512<T> a, Vector512<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sqrt(Vector512<T> a) => Vector512.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(double)
            ? Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
            : Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Max(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Min(Vector512<T> a, Vector512<T> b) => Vector512.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Above(Vector512<T> a, Vector512<T> limit) => Vector512.MaxNative(limit, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Below(Vector512<T> a, Vector512<T> limit) => Vector512.MinNative(limit, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Greater(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Equal(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Select(Vector512<T> mask, Vector512<T> a, Vector512<T> b) => Vector512.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector512<T> mask) => mask.As<T, byte>() != Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Round(Vector512<T> a) => typeof(T) == typeof(double)
        ? Vector512.Round(a.AsDouble()).As<double, T>()
        : Vector512.Round(a.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Scale(Vector512<T> a, Vector512<T> n)
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx512F.Scale(a.AsDouble(), n.AsDouble()).As<double, T>()
                : Avx512F.Scale(a.AsSingle(), n.AsSingle()).As<float, T>();
        }

        // Two factors, neither of which leaves the range of exponents; the first product is exact then, or far outside it.
        if (typeof(T) == typeof(double))
        {
            var whole = Vector512.ConvertToInt64(n.AsDouble());
            var half = whole >> 1;
            var one = Vector512.Create(1.0).AsInt64();
            var first = ((half << 52) + one).AsDouble();
            var second = (((whole - half) << 52) + one).AsDouble();
            return (a.AsDouble() * first * second).As<double, T>();
        }
        else
        {
            var whole = Vector512.ConvertToInt32(n.AsSingle());
            var half = whole >> 1;
            var one = Vector512.Create(1f).AsInt32();
            var first = ((half << 23) + one).AsSingle();
            var second = (((whole - half) << 23) + one).AsSingle();
            return (a.AsSingle() * first * second).As<float, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Split(Vector512<T> a, out Vector512<T> exponent)
    {
        // Less the bits of 1/sqrt 2, the exponent's field changes where the mantissa passes sqrt 2.
        if (typeof(T) == typeof(double))
        {
            var bits = a.AsInt64();
            var whole = (bits - Vector512.Create(0x3FE6A09E667F3BCD)) >> 52;
            exponent = Vector512.ConvertToDouble(whole).As<double, T>();
            return (bits - (whole << 52)).As<long, T>();
        }
        else
        {
            var bits = a.AsInt32();
            var whole = (bits - Vector512.Create(0x3F3504F3)) >> 23;
            exponent = Vector512.ConvertToSingle(whole).As<float, T>();
            return (bits - (whole << 23)).As<int, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Permute(Vector512<T> a, Vector512<T> indices) => typeof(T) == typeof(double)
        ? Vector512.ShuffleNative(a.AsDouble(), indices.AsInt64()).As<double, T>()
        : Vector512.ShuffleNative(a.AsSingle(), indices.AsInt32()).As<float, T>();

    public static T Index(int index) => typeof(T) == typeof(double)
        ? (T)(object)BitConverter.Int64BitsToDouble(index)
        : (T)(object)BitConverter.Int32BitsToSingle(index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector512<T> a) => Simd256<T>.Sum(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Vector512<T> a) => a.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LargestNumber(Vector512<T> a) =>
        Simd256<T>.LargestNumber(Vector256.MaxNative(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest(Vector512<T> a) => Simd256<T>.Largest(Vector256.Max(a.GetLower(), a.GetUpper()));
}
