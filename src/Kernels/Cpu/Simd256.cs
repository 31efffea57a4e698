using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Looped.Kernels.Cpu;

/// <summary>256-bit vectors.</summary>
internal readonly unsafe partial struct Simd256<T> : ISimd<T, Vector256<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Width => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> vector, T* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed(Vector256<T> vector, T* destination) => vector.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Number(double number) => typeof(T) == typeof(double)
        ? Vector256.Create(number).As<double, T>()
        : Vector256.Create((float)number).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Number(double wide, double narrow) =>
        Number(typeof(T) == typeof(double) ? wide : narrow);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Negate(Vector256<T> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Abs(Vector256<T> a) => Vector256.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> CopySign(Vector256<T> a, Vector256<T> sign) => Vector256.CopySign(a, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Subtract(Vector256<T> a, Vector256<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Divide(Vector256<T> a, Vector256<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Sqrt(Vector256<T> a) => Vector256.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) =>
        typeof(T) == typeof(double)
            ? Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
            : Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Max(Vector256<T> a, Vector256<T> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Min(Vector256<T> a, Vector256<T> b) => Vector256.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Above(Vector256<T> a, Vector256<T> limit) => Vector256.MaxNative(limit, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Below(Vector256<T> a, Vector256<T> limit) => Vector256.MinNative(limit, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Greater(Vector256<T> a, Vector256<T> b) => Vector256.GreaterThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Equal(Vector256<T> a, Vector256<T> b) => Vector256.Equals(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Select(Vector256<T> mask, Vector256<T> a, Vector256<T> b) => Vector256.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Vector256<T> mask) => mask.As<T, byte>() != Vector256<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Round(Vector256<T> a) => typeof(T) == typeof(double)
        ? Vector256.Round(a.AsDouble()).As<double, T>()
        : Vector256.Round(a.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Scale(Vector256<T> a, Vector256<T> n)
    {
        if (Avx512F.VL.IsSupported)
        {
            return typeof(T) == typeof(double)
                ? Avx512F.VL.Scale(a.AsDouble(), n.AsDouble()).As<double, T>()
                : Avx512F.VL.Scale(a.AsSingle(), n.AsSingle()).As<float, T>();
        }

        // Two factors, neither of which leaves the range of exponents; the first product is exact then, or far outside it.
        if (typeof(T) == typeof(double))
        {
            var whole = Vector256.ConvertToInt64(n.AsDouble());
            var half = whole >> 1;
            var one = Vector256.Create(1.0).AsInt64();
            var first = ((half << 52) + one).AsDouble();
            var second = (((whole - half) << 52) + one).AsDouble();
            return (a.AsDouble() * first * second).As<double, T>();
        }
        else
        {
            var whole = Vector256.ConvertToInt32(n.AsSingle());
            var half = whole >> 1;
            var one = Vector256.Create(1f).AsInt32();
            var first = ((half << 23) + one).AsSingle();
            var second = (((whole - half) << 23) + one).AsSingle();
            return (a.AsSingle() * first * second).As<float, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Split(Vector256<T> a, out Vector256<T> exponent)
    {
        // Less the bits of 1/sqrt 2, the exponent's field changes where the mantissa passes sqrt 2.
        if (typeof(T) == typeof(double))
        {
            var bits = a.AsInt64();
            var whole = (bits - Vector256.Create(0x3FE6A09E667F3BCD)) >> 52;
            exponent = Vector256.ConvertToDouble(whole).As<double, T>();
            return (bits - (whole << 52)).As<long, T>();
        }
        else
        {
            var bits = a.AsInt32();
            var whole = (bits - Vector256.Create(0x3F3504F3)) >> 23;
            exponent = Vector256.ConvertToSingle(whole).As<float, T>();
            return (bits - (whole << 23)).As<int, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Permute(Vector256<T> a, Vector256<T> indices) => typeof(T) == typeof(double)
        ? Vector256.ShuffleNative(a.AsDouble(), indices.AsInt64()).As<double, T>()
        : Vector256.ShuffleNative(a.AsSingle(), indices.AsInt32()).As<float, T>();

    public static T Index(int index) => typeof(T) == typeof(double)
        ? (T)(object)BitConverter.Int64BitsToDouble(index)
        : (T)(object)BitConverter.Int32BitsToSingle(index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector256<T> a)
    {
        // Vectors of 64 bits would be emulated.
        var half = a.GetLower() + a.GetUpper();
        if (typeof(T) == typeof(double))
        {
            return (half + Vector128.Shuffle(half.AsInt64(), Vector128.Create(1L, 0)).As<long, T>())[0];
        }

        half += Vector128.Shuffle(half.AsInt32(), Vector128.Create(2, 3, 0, 1)).As<int, T>();
        return (half + Vector128.Shuffle(half.AsInt32(), Vector128.Create(1, 0, 3, 2)).As<int, T>())[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Vector256<T> a) => a.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LargestNumber(Vector256<T> a)
    {
        var half = Vector128.MaxNative(a.GetLower(), a.GetUpper());
        if (typeof(T) == typeof(double))
        {
            return Vector128.MaxNative(half, Vector128.Shuffle(half.AsInt64(), Vector128.Create(1L, 0)).As<long, T>())[0];
        }

        half = Vector128.MaxNative(half, Vector128.Shuffle(half.AsInt32(), Vector128.Create(2, 3, 0, 1)).As<int, T>());
        return Vector128.MaxNative(half, Vector128.Shuffle(half.AsInt32(), Vector128.Create(1, 0, 3, 2)).As<int, T>())[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest(Vector256<T> a)
    {
        var half = Vector128.Max(a.GetLower(), a.GetUpper());
        if (typeof(T) == typeof(double))
        {
            return Vector128.Max(half, Vector128.Shuffle(half.AsInt64(), Vector128.Create(1L, 0)).As<long, T>())[0];
        }

        half = Vector128.Max(half, Vector128.Shuffle(half.AsInt32(), Vector128.Create(2, 3, 0, 1)).As<int, T>());
        return Vector128.Max(half, Vector128.Shuffle(half.AsInt32(), Vector128.Create(1, 0, 3, 2)).As<int, T>())[0];
    }
}
