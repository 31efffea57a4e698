using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Looped.Analysis.Dense;

/// <summary>
/// A register of doubles of fixed width. A loop written once over a type parameter of this kind is compiled once for
/// each width; results of different widths differ by rounding only.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Doubles in a register.</summary>
    static abstract int Count { get; }

    /// <summary>The register at an address of any alignment.</summary>
    static abstract TSelf Load(double* source);

    /// <summary>One value in every lane.</summary>
    static abstract TSelf Fill(double value);

    /// <summary><c>a * b + c</c>, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>Lane by lane, the smaller.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Lane by lane, the larger.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>
    /// Counts, in lanes of 64-bit integers (zero has the bits of the number 0), where the signs of a and b differ;
    /// a zero has a sign.
    /// </summary>
    static abstract TSelf CountSignChanges(TSelf count, TSelf a, TSelf b);

    /// <summary>Lane by lane, a power of two that brings the larger magnitude of two normal numbers into [1, 2).</summary>
    static abstract TSelf Normalizer(TSelf a, TSelf b);

    /// <summary>Writes the register to an address of any alignment.</summary>
    void Store(double* destination);

    /// <summary>The sum over the lanes.</summary>
    double Sum();

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);
}

/// <summary>Eight doubles: AVX-512.</summary>
internal readonly unsafe struct Lanes512(Vector512<double> value) : ILanes<Lanes512>
{
    private readonly Vector512<double> _value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(double* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fill(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 CountSignChanges(Lanes512 count, Lanes512 a, Lanes512 b) =>
        new((count._value.AsInt64() + ((a._value.AsInt64() ^ b._value.AsInt64()) >>> 63)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Normalizer(Lanes512 a, Lanes512 b)
    {
        // The exponents of a power of two and of its inverse add up to twice the bias.
        var larger = Vector512.MaxNative(Vector512.Abs(a._value), Vector512.Abs(b._value)).AsInt64();
        return new((Vector512.Create(0x7FE0L << 48) - (larger & Vector512.Create(0x7FF0L << 48))).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Sum() => Vector512.Sum(_value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._value / b._value);
}

/// <summary>Four doubles: AVX2, or two NEON registers.</summary>
internal readonly unsafe struct Lanes256(Vector256<double> value) : ILanes<Lanes256>
{
    private readonly Vector256<double> _value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(double* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fill(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 a, Lanes256 b) => new(Vector256.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 CountSignChanges(Lanes256 count, Lanes256 a, Lanes256 b) =>
        new((count._value.AsInt64() + ((a._value.AsInt64() ^ b._value.AsInt64()) >>> 63)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Normalizer(Lanes256 a, Lanes256 b)
    {
        // The exponents of a power of two and of its inverse add up to twice the bias.
        var larger = Vector256.MaxNative(Vector256.Abs(a._value), Vector256.Abs(b._value)).AsInt64();
        return new((Vector256.Create(0x7FE0L << 48) - (larger & Vector256.Create(0x7FF0L << 48))).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Sum() => Vector256.Sum(_value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._value / b._value);
}
