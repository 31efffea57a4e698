using System.Runtime.CompilerServices;

namespace Looped.Analysis.Dense;

/// <summary>
/// The register tile of a matrix product, 4 rows times 3 registers, and the panels that it reads: both factors copied
/// into the order of use (Goto and van de Geijn, <i>Anatomy of High-Performance Matrix Multiplication</i>, 2008).
/// </summary>
internal static unsafe class ProductTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Rows of the tile, and of a panel of the left factor.</summary>
    public const int Rows = 4;

    private const int Registers = 3;

    /// <summary>Columns of the tile, and of a panel of the right factor.</summary>
    public static int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Registers * TLanes.Count;
    }

    /// <summary><c>C = alpha A B</c>, or added to C, for a panel of each factor.</summary>
    public static void Multiply(
        bool overwrite, double alpha, double* a, double* b, double* c, nint stride, int depth)
    {
        var zero = TLanes.Fill(0);
        var (c00, c01, c02) = (zero, zero, zero);
        var (c10, c11, c12) = (zero, zero, zero);
        var (c20, c21, c22) = (zero, zero, zero);
        var (c30, c31, c32) = (zero, zero, zero);
        for (var k = 0; k < depth; k++)
        {
            var b0 = TLanes.Load(b);
            var b1 = TLanes.Load(b + TLanes.Count);
            var b2 = TLanes.Load(b + 2 * TLanes.Count);
            var x = TLanes.Fill(a[0]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            c02 = TLanes.MultiplyAdd(x, b2, c02);
            x = TLanes.Fill(a[1]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            c12 = TLanes.MultiplyAdd(x, b2, c12);
            x = TLanes.Fill(a[2]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            c22 = TLanes.MultiplyAdd(x, b2, c22);
            x = TLanes.Fill(a[3]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            c32 = TLanes.MultiplyAdd(x, b2, c32);
            a += Rows;
            b += Registers * TLanes.Count;
        }

        StoreRow(overwrite, alpha, c00, c01, c02, c);
        StoreRow(overwrite, alpha, c10, c11, c12, c + stride);
        StoreRow(overwrite, alpha, c20, c21, c22, c + 2 * stride);
        StoreRow(overwrite, alpha, c30, c31, c32, c + 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(bool overwrite, double alpha, TLanes x, TLanes y, TLanes z, double* c)
    {
        var scale = TLanes.Fill(alpha);
        if (overwrite)
        {
            (scale * x).Store(c);
            (scale * y).Store(c + TLanes.Count);
            (scale * z).Store(c + 2 * TLanes.Count);
            return;
        }

        TLanes.MultiplyAdd(scale, x, TLanes.Load(c)).Store(c);
        TLanes.MultiplyAdd(scale, y, TLanes.Load(c + TLanes.Count)).Store(c + TLanes.Count);
        TLanes.MultiplyAdd(scale, z, TLanes.Load(c + 2 * TLanes.Count)).Store(c + 2 * TLanes.Count);
    }

    /// <summary>Panels of 4 rows, one after the other; within a panel, column after column; missing rows are zero.</summary>
    public static void PackLeft(MatrixView a, int rows, int depth, double* target)
    {
        for (var i = 0; i < rows; i += Rows)
        {
            var height = Math.Min(Rows, rows - i);
            var source = a.Data + i * a.RowStride;
            if (height == Rows)
            {
                for (var k = 0; k < depth; k++, source += a.ColumnStride)
                {
                    target[k * Rows] = source[0];
                    target[k * Rows + 1] = source[a.RowStride];
                    target[k * Rows + 2] = source[2 * a.RowStride];
                    target[k * Rows + 3] = source[3 * a.RowStride];
                }
            }
            else
            {
                for (var k = 0; k < depth; k++, source += a.ColumnStride)
                {
                    for (var y = 0; y < Rows; y++)
                    {
                        target[k * Rows + y] = y < height ? source[y * a.RowStride] : 0;
                    }
                }
            }

            target += Rows * depth;
        }
    }

    /// <summary>Panels a tile wide, one after the other; within a panel, row after row; missing columns are zero.</summary>
    public static void PackRight(MatrixView b, int depth, int columns, double* target)
    {
        for (var j = 0; j < columns; j += Columns)
        {
            var width = Math.Min(Columns, columns - j);
            if (width < Columns)
            {
                new Span<double>(target, Columns * depth).Clear();
            }

            var source = b.Data + j * b.ColumnStride;
            if (b.ColumnStride == 1)
            {
                for (var k = 0; k < depth; k++)
                {
                    new ReadOnlySpan<double>(source + k * b.RowStride, width)
                        .CopyTo(new Span<double>(target + (nint)k * Columns, width));
                }
            }
            else
            {
                for (var x = 0; x < width; x++)
                {
                    var column = source + x * b.ColumnStride;
                    for (var k = 0; k < depth; k++)
                    {
                        target[(nint)k * Columns + x] = column[k * b.RowStride];
                    }
                }
            }

            target += Columns * depth;
        }
    }
}
