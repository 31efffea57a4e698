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

/// <summary>Finds the code that applies a function to a block of elements.</summary>
internal static unsafe class MapFunctions<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Code with the arguments a, b, constant, destination, count; b equals a where it is not used.</summary>
    public static delegate*<T*, T*, T, T*, int, void> Block(MapFunction function) => function switch
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
        MapFunction.Exp => &Exp,
        MapFunction.Log => &Log,
        MapFunction.Tanh => &Tanh,
        _ => throw new NotSupportedException($"the CPU backend has no elementwise function {function}"),
    };

    private static void Run<F>(T* a, T* b, T constant, T* destination, int count)
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

    private static void Exp(T* a, T* b, T constant, T* destination, int count)
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = T.Exp(a[i]);
        }
    }

    private static void Log(T* a, T* b, T constant, T* destination, int count)
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = T.Log(a[i]);
        }
    }

    private static void Tanh(T* a, T* b, T constant, T* destination, int count)
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = T.Tanh(a[i]);
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
}
