using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <summary>An elementwise function of vectors; it sees zeros where a span ends before a vector does.</summary>
internal interface IMapFunction<V>
    where V : struct
{
    /// <summary>How many of the arguments a, b and c it reads.</summary>
    static virtual int Arity => 1;

    static abstract V Apply(V a, V b, V c, V constant);
}

/// <summary>
/// Finds the code that applies a function to a block of elements. The last elements of a block go through the same vector
/// code as the others, so that an element's result does not depend on where it lies.
/// </summary>
internal static unsafe partial class MapFunctions<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>
    /// Code with the arguments a, b, c, constant, a second constant, destination, count; arguments that the function does
    /// not use are ignored.
    /// </summary>
    public static delegate*<T*, T*, T*, T, T, T*, int, void> Block(MapFunction function, double constant) => function switch
    {
        MapFunction.Copy => &RunShort<Copy>,
        MapFunction.Negate => &RunShort<Negate>,
        MapFunction.Add => &RunShort<Add>,
        MapFunction.Subtract => &RunShort<Subtract>,
        MapFunction.Multiply => &RunShort<Multiply>,
        MapFunction.Divide => &RunShort<Divide>,
        MapFunction.Scale => &RunShort<Scale>,
        MapFunction.Offset => &RunShort<Offset>,
        MapFunction.Sqrt => &RunShort<Sqrt>,
        MapFunction.Exp => &Run<Exp>,
        MapFunction.Log => &Run<Log>,
        MapFunction.Tanh => &Run<Tanh>,
        MapFunction.Power => PowerBlock(constant),
        MapFunction.ReciprocalSqrt => &Run<ReciprocalSqrt>,
        MapFunction.Sigmoid => &Run<Logistic>,
        MapFunction.Softplus => &Run<SoftplusOf>,
        MapFunction.Sin => &Run<Sin>,
        MapFunction.Cos => &Run<Cos>,
        MapFunction.Erf => &Run<Erf>,
        MapFunction.Max => &RunShort<Max>,
        MapFunction.Min => &RunShort<Min>,
        MapFunction.Greater => &RunShort<Greater>,
        MapFunction.Equal => &RunShort<Equal>,
        MapFunction.Select => &RunShort<Select>,
        MapFunction.Gelu => &RunShort<Gelu>,
        MapFunction.GeluTanhSlope => &Run<GeluTanhSlope>,
        MapFunction.GeluTanhCurvature => &Run<GeluTanhCurvature>,
        MapFunction.GeluErfSlope => &Run<GeluErfSlope>,
        MapFunction.GeluErfCurvature => &Run<GeluErfCurvature>,
        _ => throw new NotSupportedException($"the CPU backend has no elementwise function {function}"),
    };

    // Compiled once and fully: a first, unoptimised version of vector code would be a hundred times slower.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<F>(T* a, T* b, T* c, T constant, T second, T* destination, int count)
        where F : struct, IMapFunction<V>
    {
        var constants = S.Broadcast(constant);
        nint i = 0;
        for (; i <= count - S.Width; i += S.Width)
        {
            Store<F>(a + i, b + i, c + i, constants, destination + i);
        }

        if (i < count)
        {
            var left = count - (int)i;
            var x = S.Load(a + i, S.First(left));
            var y = F.Arity > 1 ? S.Load(b + i, S.First(left)) : x;
            var z = F.Arity > 2 ? S.Load(c + i, S.First(left)) : x;
            S.Store(F.Apply(x, y, z, constants), destination + i, S.First(left));
        }
    }

    /// <summary>For functions of so few instructions that those of the loop count: four vectors a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunShort<F>(T* a, T* b, T* c, T constant, T second, T* destination, int count)
        where F : struct, IMapFunction<V>
    {
        var constants = S.Broadcast(constant);
        nint i = 0;
        for (; i <= count - (4 * S.Width); i += 4 * S.Width)
        {
            Store<F>(a + i, b + i, c + i, constants, destination + i);
            Store<F>(a + i + S.Width, b + i + S.Width, c + i + S.Width, constants, destination + i + S.Width);
            var (third, fourth) = (i + (2 * S.Width), i + (3 * S.Width));
            Store<F>(a + third, b + third, c + third, constants, destination + third);
            Store<F>(a + fourth, b + fourth, c + fourth, constants, destination + fourth);
        }

        if (i < count)
        {
            Run<F>(a + i, b + i, c + i, constant, second, destination + i, count - (int)i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<F>(T* a, T* b, T* c, V constants, T* destination)
        where F : struct, IMapFunction<V>
    {
        var x = S.Load(a);
        S.Store(F.Apply(x, F.Arity > 1 ? S.Load(b) : x, F.Arity > 2 ? S.Load(c) : x, constants), destination);
    }

    private readonly struct Copy : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => a;
    }

    private readonly struct Negate : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Negate(a);
    }

    private readonly struct Add : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Add(a, b);
    }

    private readonly struct Subtract : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Subtract(a, b);
    }

    private readonly struct Multiply : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Multiply(a, b);
    }

    private readonly struct Divide : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Divide(a, b);
    }

    private readonly struct Scale : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Multiply(constant, a);
    }

    private readonly struct Offset : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Add(a, constant);
    }

    private readonly struct Sqrt : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Sqrt(a);
    }

    private readonly struct ReciprocalSqrt : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Divide(S.Number(1), S.Sqrt(a));
    }

    private readonly struct Exp : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => Exponential<T, V, S>.Of(a);
    }

    private readonly struct Log : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => Logarithm<T, V, S>.Of(a);
    }

    private readonly struct Tanh : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => HyperbolicTangent<T, V, S>.Of(a);
    }

    private readonly struct Logistic : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => Sigmoid<T, V, S>.Of(a);
    }

    private readonly struct SoftplusOf : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => Softplus<T, V, S>.Of(a);
    }

    private readonly struct Sin : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => Trigonometric<T, V, S>.Sin(a);
    }

    private readonly struct Cos : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => Trigonometric<T, V, S>.Cos(a);
    }

    private readonly struct Erf : IMapFunction<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => ErrorFunction<T, V, S>.Of(a);
    }

    private readonly struct Max : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Max(a, b);
    }

    private readonly struct Min : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Min(a, b);
    }

    private readonly struct Greater : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) =>
            S.Select(S.Greater(a, b), S.Number(1), S.Number(0));
    }

    private readonly struct Equal : IMapFunction<V>
    {
        public static int Arity => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) =>
            S.Select(S.Equal(a, b), S.Number(1), S.Number(0));
    }

    private readonly struct Select : IMapFunction<V>
    {
        public static int Arity => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V a, V b, V c, V constant) => S.Select(S.Equal(a, S.Number(0)), c, b);
    }
}
