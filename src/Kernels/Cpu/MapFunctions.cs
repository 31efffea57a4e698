using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>An elementwise function, written once for vectors and once for the elements that fill no vector.</summary>
internal interface IMapFunction<T, V>
    where T : unmanaged
    where V : struct
{
    static abstract T Apply(T a, T b, T constant);

    static abstract V Apply(V a, V b, V constant);
}

/// <summary>An elementwise function that is computed element by element.</summary>
internal interface IScalarFunction<T>
    where T : unmanaged
{
    static abstract T Apply(T a, T b, T c, T constant);
}

/// <summary>Finds the code that applies a function to a block of elements.</summary>
internal static unsafe partial class MapFunctions<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>
    /// Code with the arguments a, b, c, constant, destination, count; arguments that the function does not use are a.
    /// </summary>
    public static delegate*<T*, T*, T*, T, T*, int, void> Block(MapFunction function) => function switch
    {
        MapFunction.Copy => &Run<Copy>,
        MapFunction.Negate => &Run<Negate>,
        MapFunction.Add => &Run<Add>,
        MapFunction.Subtract => &Run<Subtract>,
        MapFunction.Multiply => &Run<Multiply>,
        MapFunction.Divide => &Run<Divide>,
        MapFunction.Scale => &Run<Scale>,
        MapFunction.Offset => &Run<Offset>,
        MapFunction.Sqrt => &Run<Sqrt>,
        MapFunction.Exp => &RunScalar<Exp>,
        MapFunction.Log => &RunScalar<Log>,
        MapFunction.Tanh => &RunScalar<Tanh>,
        MapFunction.Power => &RunScalar<Power>,
        MapFunction.ReciprocalSqrt => &RunScalar<ReciprocalSqrt>,
        MapFunction.Sigmoid => &RunScalar<Sigmoid>,
        MapFunction.Softplus => &RunScalar<Softplus>,
        MapFunction.Sin => &RunScalar<Sin>,
        MapFunction.Cos => &RunScalar<Cos>,
        MapFunction.Erf => &RunScalar<Erf>,
        MapFunction.Max => &RunScalar<Max>,
        MapFunction.Min => &RunScalar<Min>,
        MapFunction.Greater => &RunScalar<Greater>,
        MapFunction.Equal => &RunScalar<Equal>,
        MapFunction.Select => &RunScalar<Select>,
        MapFunction.Gelu => &Run<Gelu>,
        MapFunction.GeluTanhSlope => &Run<GeluTanhSlope>,
        MapFunction.GeluTanhCurvature => &Run<GeluTanhCurvature>,
        MapFunction.GeluErfSlope => &RunScalar<GeluErfSlope>,
        MapFunction.GeluErfCurvature => &RunScalar<GeluErfCurvature>,
        _ => throw new NotSupportedException($"the CPU backend has no elementwise function {function}"),
    };

    private static void Run<F>(T* a, T* b, T* c, T constant, T* destination, int count)
        where F : struct, IMapFunction<T, V>
    {
        var constants = S.Broadcast(constant);
        var i = 0;
        for (; i <= count - S.Width; i += S.Width)
        {
            S.Store(F.Apply(S.Load(a + i), S.Load(b + i), constants), destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = F.Apply(a[i], b[i], constant);
        }
    }

    private static void RunScalar<F>(T* a, T* b, T* c, T constant, T* destination, int count)
        where F : struct, IScalarFunction<T>
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = F.Apply(a[i], b[i], c[i], constant);
        }
    }

    private readonly struct Copy : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => a;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => a;
    }

    private readonly struct Negate : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => -a;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => S.Negate(a);
    }

    private readonly struct Add : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => a + b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => S.Add(a, b);
    }

    private readonly struct Subtract : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => a - b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => S.Subtract(a, b);
    }

    private readonly struct Multiply : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => a * b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => S.Multiply(a, b);
    }

    private readonly struct Divide : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => a / b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => S.Divide(a, b);
    }

    private readonly struct Scale : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => constant * a;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => S.Multiply(constant, a);
    }

    private readonly struct Offset : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => a + constant;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => S.Add(a, constant);
    }

    private readonly struct Sqrt : IMapFunction<T, V>
    {
        public static T Apply(T a, T b, T constant) => T.Sqrt(a);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V constant) => S.Sqrt(a);
    }

    private readonly struct Exp : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.Exp(a);
    }

    private readonly struct Log : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.Log(a);
    }

    private readonly struct Tanh : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.Tanh(a);
    }

    private readonly struct Power : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.Pow(a, constant);
    }

    private readonly struct ReciprocalSqrt : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.One / T.Sqrt(a);
    }

    private readonly struct Sigmoid : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.One / (T.One + T.Exp(-a));
    }

    private readonly struct Softplus : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.CreateTruncating(SpecialFunctions.Softplus(double.CreateTruncating(a)));
    }

    private readonly struct Sin : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.Sin(a);
    }

    private readonly struct Cos : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.Cos(a);
    }

    private readonly struct Erf : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.CreateTruncating(SpecialFunctions.Erf(double.CreateTruncating(a)));
    }

    private readonly struct Max : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.Max(a, b);
    }

    private readonly struct Min : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => T.Min(a, b);
    }

    private readonly struct Greater : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => a > b ? T.One : T.Zero;
    }

    private readonly struct Equal : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => a == b ? T.One : T.Zero;
    }

    private readonly struct Select : IScalarFunction<T>
    {
        public static T Apply(T a, T b, T c, T constant) => a != T.Zero ? b : c;
    }
}
