using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>A number known when code is generated.</summary>
internal interface IConstant
{
    static abstract int Value { get; }
}

internal readonly struct One : IConstant
{
    public static int Value => 1;
}

internal readonly struct Two : IConstant
{
    public static int Value => 2;
}

internal readonly struct Three : IConstant
{
    public static int Value => 3;
}

internal readonly struct Four : IConstant
{
    public static int Value => 4;
}

/// <summary>
/// The micro-kernel of all contractions: a tile of up to 4 rows by 4 vectors of
/// <c>c[m,n] (+)= alpha sum_p a[m,p] b[p,n]</c>, accumulated in registers over all p. Rows of <c>b</c> and <c>c</c> are
/// contiguous; <c>a</c> is read one element at a time and may lie anyhow. Rows and vectors that a tile does not have
/// vanish when its code is generated.
/// </summary>
internal static unsafe class ContractTile<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    public const int MaxRows = 4;
    public const int MaxVectors = 4;

    /// <summary>The code of a tile of 1 to 4 rows by 1 to 4 vectors.</summary>
    public static delegate*<Factors*, T*, T*, T*, void> Code(int rows, int vectors) => rows switch
    {
        1 => Code<One>(vectors),
        2 => Code<Two>(vectors),
        3 => Code<Three>(vectors),
        _ => Code<Four>(vectors),
    };

    private static delegate*<Factors*, T*, T*, T*, void> Code<M>(int vectors)
        where M : struct, IConstant => vectors switch
        {
            1 => &Run<M, One>,
            2 => &Run<M, Two>,
            3 => &Run<M, Three>,
            _ => &Run<M, Four>,
        };

    /// <summary>The columns that fill no vector, one by one; each sum is formed in the order the vectors use.</summary>
    public static void Columns(Factors* f, T* a, T* b, T* c, long rows, long columns)
    {
        for (var m = 0L; m < rows; m++)
        {
            for (var n = 0L; n < columns; n++)
            {
                var total = T.Zero;
                for (var p = 0L; p < f->Depth; p++)
                {
                    total = T.FusedMultiplyAdd(a[(m * f->ARow) + (p * f->AStep)], b[(p * f->BStep) + n], total);
                }

                ref var element = ref c[(m * f->CRow) + n];
                element = f->Accumulate ? T.FusedMultiplyAdd(f->Alpha, total, element) : f->Alpha * total;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<M, N>(Factors* f, T* a, T* b, T* c)
        where M : struct, IConstant
        where N : struct, IConstant
    {
        V c00 = S.Broadcast(T.Zero), c01 = c00, c02 = c00, c03 = c00;
        V c10 = c00, c11 = c00, c12 = c00, c13 = c00;
        V c20 = c00, c21 = c00, c22 = c00, c23 = c00;
        V c30 = c00, c31 = c00, c32 = c00, c33 = c00;
        var (aRow, aStep, bStep) = (f->ARow, f->AStep, f->BStep);
        var a1 = a + aRow;
        var a2 = a1 + aRow;
        var a3 = a2 + aRow;
        for (var p = f->Depth; p > 0; p--)
        {
            var b0 = S.Load(b);
            var b1 = N.Value > 1 ? S.Load(b + S.Width) : b0;
            var b2 = N.Value > 2 ? S.Load(b + (2 * S.Width)) : b0;
            var b3 = N.Value > 3 ? S.Load(b + (3 * S.Width)) : b0;
            Row<N>(*a, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
            a += aStep;
            if (M.Value > 1)
            {
                Row<N>(*a1, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13);
                a1 += aStep;
            }

            if (M.Value > 2)
            {
                Row<N>(*a2, b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23);
                a2 += aStep;
            }

            if (M.Value > 3)
            {
                Row<N>(*a3, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33);
                a3 += aStep;
            }

            b += bStep;
        }

        var alpha = S.Broadcast(f->Alpha);
        StoreRow<N>(f, alpha, c, c00, c01, c02, c03);
        if (M.Value > 1)
        {
            StoreRow<N>(f, alpha, c + f->CRow, c10, c11, c12, c13);
        }

        if (M.Value > 2)
        {
            StoreRow<N>(f, alpha, c + (2 * f->CRow), c20, c21, c22, c23);
        }

        if (M.Value > 3)
        {
            StoreRow<N>(f, alpha, c + (3 * f->CRow), c30, c31, c32, c33);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<N>(T a, V b0, V b1, V b2, V b3, ref V c0, ref V c1, ref V c2, ref V c3)
        where N : struct, IConstant
    {
        var broadcast = S.Broadcast(a);
        c0 = S.MultiplyAdd(broadcast, b0, c0);
        if (N.Value > 1)
        {
            c1 = S.MultiplyAdd(broadcast, b1, c1);
        }

        if (N.Value > 2)
        {
            c2 = S.MultiplyAdd(broadcast, b2, c2);
        }

        if (N.Value > 3)
        {
            c3 = S.MultiplyAdd(broadcast, b3, c3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<N>(Factors* f, V alpha, T* c, V c0, V c1, V c2, V c3)
        where N : struct, IConstant
    {
        Store(f, alpha, c, c0);
        if (N.Value > 1)
        {
            Store(f, alpha, c + S.Width, c1);
        }

        if (N.Value > 2)
        {
            Store(f, alpha, c + (2 * S.Width), c2);
        }

        if (N.Value > 3)
        {
            Store(f, alpha, c + (3 * S.Width), c3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Factors* f, V alpha, T* c, V total) =>
        S.Store(f->Accumulate ? S.MultiplyAdd(alpha, total, S.Load(c)) : S.Multiply(alpha, total), c);

    /// <summary>What all tiles of a product share; strides in elements.</summary>
    internal struct Factors
    {
        /// <summary>Number of products in each sum.</summary>
        public long Depth;

        /// <summary>Step of <c>a</c> along m.</summary>
        public long ARow;

        /// <summary>Step of <c>a</c> along p.</summary>
        public long AStep;

        /// <summary>Step of <c>b</c> along p.</summary>
        public long BStep;

        /// <summary>Step of <c>c</c> along m.</summary>
        public long CRow;

        /// <summary>Factor of the sums.</summary>
        public T Alpha;

        /// <summary>Whether the sums are added to <c>c</c>.</summary>
        public bool Accumulate;
    }
}
