using System.Runtime.Intrinsics;

namespace Looped.Benchmarks.Roofline;

/// <summary>A fused multiply-add of one element type and vector width.</summary>
internal interface IMultiplyAdd<V>
    where V : struct
{
    /// <summary>Elements of a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>One number in all lanes.</summary>
    static abstract V Broadcast(float number);

    /// <summary><c>a b + c</c>, rounded once.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);
}

/// <summary>Eight float64.</summary>
internal readonly struct EightDoubles : IMultiplyAdd<Vector512<double>>
{
    public static int Lanes => Vector512<double>.Count;

    public static Vector512<double> Broadcast(float number) => Vector512.Create((double)number);

    public static Vector512<double> MultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);
}

/// <summary>Four float64.</summary>
internal readonly struct FourDoubles : IMultiplyAdd<Vector256<double>>
{
    public static int Lanes => Vector256<double>.Count;

    public static Vector256<double> Broadcast(float number) => Vector256.Create((double)number);

    public static Vector256<double> MultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);
}

/// <summary>Sixteen float32.</summary>
internal readonly struct SixteenFloats : IMultiplyAdd<Vector512<float>>
{
    public static int Lanes => Vector512<float>.Count;

    public static Vector512<float> Broadcast(float number) => Vector512.Create(number);

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);
}

/// <summary>Eight float32.</summary>
internal readonly struct EightFloats : IMultiplyAdd<Vector256<float>>
{
    public static int Lanes => Vector256<float>.Count;

    public static Vector256<float> Broadcast(float number) => Vector256.Create(number);

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);
}
