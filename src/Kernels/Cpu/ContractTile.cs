using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>
/// The micro-kernel of all contractions: a tile of a few rows by a few vectors of
/// <c>c[m,n] (+)= alpha sum_p a[m,p] b[p,n]</c>, accumulated in registers over all p, and as many tiles in turn as
/// asked for. Rows of <c>b</c> and <c>c</c> are contiguous; <c>a</c> is read one element at a time and may lie anyhow. Rows
/// and vectors that a tile does not have vanish when its code is generated.
/// </summary>
internal static unsafe class ContractTile<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>The most vectors a tile has: sums, vectors of b and an element of a fill the registers.</summary>
    public static int MaxVectors => Is512 ? 4 : 3;

    private static bool Is512 => S.Width * sizeof(T) == 64;

    /// <summary>
    /// The most rows of a tile: with 32 registers of 512 bits, 16 of 256, none of them need be put aside.
    /// </summary>
    public static int MaxRows(int vectors) => (Is512, vectors) switch
    {
        (true, 4) => 6,
        (false, 3) => 4,
        (false, 2) => 6,
        _ => 8,
    };

    /// <summary>The code of tiles of 1 to 8 rows by 1 to 4 vectors.</summary>
    /// <param name="rows">Rows of a tile.</param>
    /// <param name="vectors">Vectors of a row.</param>
    /// <param name="isPartial">Whether the last vector has fewer columns than lanes.</param>
    /// <returns>Code that takes the factors' steps, a, b, c and the number of tiles.</returns>
    public static delegate*<Factors*, T*, T*, T*, long, void> Code(int rows, int vectors, bool isPartial) =>
        isPartial ? Code<One>(rows, vectors) : Code<Zero>(rows, vectors);

    private static delegate*<Factors*, T*, T*, T*, long, void> Code<P>(int rows, int vectors)
        where P : struct, IConstant => rows switch
        {
            1 => Code<One, P>(vectors),
            2 => Code<Two, P>(vectors),
            3 => Code<Three, P>(vectors),
            4 => Code<Four, P>(vectors),
            5 => Code<Five, P>(vectors),
            6 => Code<Six, P>(vectors),
            7 => Code<Seven, P>(vectors),
            _ => Code<Eight, P>(vectors),
        };

    private static delegate*<Factors*, T*, T*, T*, long, void> Code<M, P>(int vectors)
        where M : struct, IConstant
        where P : struct, IConstant => vectors switch
        {
            1 => &Run<M, One, P>,
            2 => &Run<M, Two, P>,
            3 => &Run<M, Three, P>,
            _ => &Run<M, Four, P>,
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<M, N, P>(Factors* f, T* tileA, T* tileB, T* tileC, long count)
        where M : struct, IConstant
        where N : struct, IConstant
        where P : struct, IConstant
    {
        var zero = S.Broadcast(T.Zero);
        var mask = P.Value > 0 ? S.First(f->LastColumns) : zero;
        var (row, aStep, bStep) = (f->ARow, f->AStep, f->BStep);
        var (row2, row3) = (2 * row, 3 * row);
        for (; count > 0; count--)
        {
            V c00 = zero, c01 = zero, c02 = zero, c03 = zero;
            V c10 = zero, c11 = zero, c12 = zero, c13 = zero;
            V c20 = zero, c21 = zero, c22 = zero, c23 = zero;
            V c30 = zero, c31 = zero, c32 = zero, c33 = zero;
            V c40 = zero, c41 = zero, c42 = zero, c43 = zero;
            V c50 = zero, c51 = zero, c52 = zero, c53 = zero;
            V c60 = zero, c61 = zero, c62 = zero, c63 = zero;
            V c70 = zero, c71 = zero, c72 = zero, c73 = zero;
            var a = tileA;
            var b = tileB;
            var c = tileC;
            var a4 = a + (4 * row);
            for (var p = f->Depth; p > 0; p--)
            {
                var b0 = Vector<N, P>(b, 0, mask);
                var b1 = N.Value > 1 ? Vector<N, P>(b, 1, mask) : b0;
                var b2 = N.Value > 2 ? Vector<N, P>(b, 2, mask) : b0;
                var b3 = N.Value > 3 ? Vector<N, P>(b, 3, mask) : b0;
                Row<N>(*a, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);

                if (M.Value > 1)
                {
                    Row<N>(a[row], b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13);
                }

                if (M.Value > 2)
                {
                    Row<N>(a[row2], b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23);
                }

                if (M.Value > 3)
                {
                    Row<N>(a[row3], b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33);
                }

                if (M.Value > 4)
                {
                    Row<N>(*a4, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43);
                }

                if (M.Value > 5)
                {
                    Row<N>(a4[row], b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53);
                }

                if (M.Value > 6)
                {
                    Row<N>(a4[row2], b0, b1, b2, b3, ref c60, ref c61, ref c62, ref c63);
                }

                if (M.Value > 7)
                {
                    Row<N>(a4[row3], b0, b1, b2, b3, ref c70, ref c71, ref c72, ref c73);
                }

                a += aStep;
                a4 += aStep;
                b += bStep;
            }

            var alpha = S.Broadcast(f->Alpha);
            Store<N, P>(f, alpha, mask, c, c00, c01, c02, c03);

            if (M.Value > 1)
            {
                Store<N, P>(f, alpha, mask, c + f->CRow, c10, c11, c12, c13);
            }

            if (M.Value > 2)
            {
                Store<N, P>(f, alpha, mask, c + (2 * f->CRow), c20, c21, c22, c23);
            }

            if (M.Value > 3)
            {
                Store<N, P>(f, alpha, mask, c + (3 * f->CRow), c30, c31, c32, c33);
            }

            if (M.Value > 4)
            {
                Store<N, P>(f, alpha, mask, c + (4 * f->CRow), c40, c41, c42, c43);
            }

            if (M.Value > 5)
            {
                Store<N, P>(f, alpha, mask, c + (5 * f->CRow), c50, c51, c52, c53);
            }

            if (M.Value > 6)
            {
                Store<N, P>(f, alpha, mask, c + (6 * f->CRow), c60, c61, c62, c63);
            }

            if (M.Value > 7)
            {
                Store<N, P>(f, alpha, mask, c + (7 * f->CRow), c70, c71, c72, c73);
            }

            tileA += f->ANext;
            tileB += f->BNext;
            tileC += f->CNext;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Vector<N, P>(T* row, int index, V mask)
        where N : struct, IConstant
        where P : struct, IConstant => P.Value > 0 && index == N.Value - 1
            ? S.Load(row + (index * S.Width), mask)
            : S.Load(row + (index * S.Width));

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
    private static void Store<N, P>(Factors* f, V alpha, V mask, T* c, V c0, V c1, V c2, V c3)
        where N : struct, IConstant
        where P : struct, IConstant
    {
        Store<N, P>(f, alpha, mask, c, 0, c0);
        if (N.Value > 1)
        {
            Store<N, P>(f, alpha, mask, c, 1, c1);
        }

        if (N.Value > 2)
        {
            Store<N, P>(f, alpha, mask, c, 2, c2);
        }

        if (N.Value > 3)
        {
            Store<N, P>(f, alpha, mask, c, 3, c3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<N, P>(Factors* f, V alpha, V mask, T* row, int index, V total)
        where N : struct, IConstant
        where P : struct, IConstant
    {
        var result = f->Accumulate
            ? S.MultiplyAdd(alpha, total, Vector<N, P>(row, index, mask))
            : S.Multiply(alpha, total);
        if (P.Value > 0 && index == N.Value - 1)
        {
            S.Store(result, row + (index * S.Width), mask);
        }
        else
        {
            S.Store(result, row + (index * S.Width));
        }
    }

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

        /// <summary>Step of <c>a</c> to the next tile.</summary>
        public long ANext;

        /// <summary>Step of <c>b</c> to the next tile.</summary>
        public long BNext;

        /// <summary>Step of <c>c</c> to the next tile.</summary>
        public long CNext;

        /// <summary>Factor of the sums.</summary>
        public T Alpha;

        /// <summary>Columns of the last vector, where it is partial.</summary>
        public int LastColumns;

        /// <summary>Whether the sums are added to <c>c</c>.</summary>
        public bool Accumulate;
    }
}
