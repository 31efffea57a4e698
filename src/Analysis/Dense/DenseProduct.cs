using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Looped.Analysis.Dense;

/// <summary>A matrix in memory: element (i,j) is <c>Data[i * RowStride + j * ColumnStride]</c>.</summary>
internal readonly unsafe struct MatrixView(double* data, nint rowStride, nint columnStride = 1)
{
    public double* Data { get; } = data;

    public nint RowStride { get; } = rowStride;

    public nint ColumnStride { get; } = columnStride;

    /// <summary>The transpose of the same memory.</summary>
    public MatrixView Transposed => new(Data, ColumnStride, RowStride);

    /// <summary>The part that starts at (row, column).</summary>
    public MatrixView From(nint row, nint column) =>
        new(Data + row * RowStride + column * ColumnStride, RowStride, ColumnStride);
}

/// <summary>What a product does with the elements that it finds at its destination.</summary>
internal enum ProductMode
{
    /// <summary><c>C = alpha A B</c>.</summary>
    Overwrite,

    /// <summary><c>C += alpha A B</c>.</summary>
    Add,

    /// <summary>
    /// <c>C += alpha A B</c> on the lower triangle and on the square blocks of a cache line's width along the
    /// diagonal; elsewhere above the diagonal <c>C</c> may or may not be updated.
    /// </summary>
    AddLower,
}

/// <summary>
/// Dense matrix product of any strides on one thread. Both factors are copied into panels in the order in which a
/// register tile of 4 rows and 3 registers reads them (Goto and van de Geijn, <i>Anatomy of High-Performance Matrix
/// Multiplication</i>, 2008), so that layout costs O(n^2) and every inner loop is contiguous. An instance is the
/// workspace of these panels: one thread at a time.
/// </summary>
internal sealed unsafe class DenseProduct
{
    private const int TileRows = 4;
    private const int TileRegisters = 3;

    // A panel of B (a tile wide) stays in the first-level cache, a block of A and one of B in the second.
    private const int DepthBlock = 224;
    private const int RowBlock = 96;
    private const int ColumnBlock = 384;

    private readonly AlignedBuffer _left = new(RowBlock * DepthBlock);
    private readonly AlignedBuffer _right = new(ColumnBlock * DepthBlock);

    /// <summary><c>C = A B</c> with the widest registers of the machine, arguments as below.</summary>
    public void Multiply(MatrixView a, MatrixView b, double* c, nint stride, int rows, int columns, int depth)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Multiply<Lanes512>(ProductMode.Overwrite, 1, a, b, c, stride, rows, columns, depth);
        }
        else
        {
            Multiply<Lanes256>(ProductMode.Overwrite, 1, a, b, c, stride, rows, columns, depth);
        }
    }

    /// <summary>
    /// <c>C = alpha A B</c>, or added to C: A (rows, depth), B (depth, columns), C (rows, columns) with contiguous
    /// rows, overlapping neither factor.
    /// </summary>
    public void Multiply<TLanes>(
        ProductMode mode, double alpha, MatrixView a, MatrixView b, double* c, nint stride, int rows, int columns, int depth)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (depth == 0 && mode == ProductMode.Overwrite)
        {
            for (var i = 0; i < rows; i++)
            {
                new Span<double>(c + i * stride, columns).Clear();
            }
        }

        var depthBlocks = (depth + DepthBlock - 1) / DepthBlock;
        for (var column = 0; column < columns; column += ColumnBlock)
        {
            var width = Math.Min(ColumnBlock, columns - column);
            for (var block = 0; block < depthBlocks; block++)
            {
                // Blocks of equal depth rather than full ones and a remnant.
                var k = (int)((long)depth * block / depthBlocks);
                var length = (int)((long)depth * (block + 1) / depthBlocks) - k;
                PackRight<TLanes>(b.From(k, column), length, width);
                for (var row = 0; row < rows; row += RowBlock)
                {
                    var height = Math.Min(RowBlock, rows - row);
                    if (mode == ProductMode.AddLower && AboveDiagonal(row + height - 1, column))
                    {
                        continue;
                    }

                    PackLeft(a.From(row, k), height, length);
                    var overwrite = mode == ProductMode.Overwrite && block == 0;
                    MultiplyBlock<TLanes>(mode, overwrite, alpha, c, stride, row, column, height, width, length);
                }
            }
        }
    }

    /// <summary>Whether a tile that ends with this row and begins with this column has nothing to do with the lower triangle.</summary>
    private static bool AboveDiagonal(int lastRow, int firstColumn) => firstColumn > (lastRow | (AlignedBuffer.Line - 1));

    private void MultiplyBlock<TLanes>(
        ProductMode mode, bool overwrite, double alpha, double* c, nint stride, int row, int column, int height, int width, int depth)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var tileColumns = TileRegisters * TLanes.Count;
        var edge = stackalloc double[TileRows * TileRegisters * AlignedBuffer.Line];
        for (var j = 0; j < width; j += tileColumns)
        {
            var right = _right.Pointer + (nint)j * depth;
            for (var i = 0; i < height; i += TileRows)
            {
                if (mode == ProductMode.AddLower && AboveDiagonal(row + i + TileRows - 1, column + j))
                {
                    continue;
                }

                var left = _left.Pointer + (nint)i * depth;
                var target = c + (row + i) * stride + column + j;
                var (tileHeight, tileWidth) = (Math.Min(TileRows, height - i), Math.Min(tileColumns, width - j));
                if (tileHeight == TileRows && tileWidth == tileColumns)
                {
                    MultiplyTile<TLanes>(overwrite, alpha, left, right, target, stride, depth);
                    continue;
                }

                MultiplyTile<TLanes>(true, alpha, left, right, edge, tileColumns, depth);
                for (var y = 0; y < tileHeight; y++)
                {
                    for (var x = 0; x < tileWidth; x++)
                    {
                        var value = edge[y * tileColumns + x];
                        target[y * stride + x] = overwrite ? value : target[y * stride + x] + value;
                    }
                }
            }
        }
    }

    /// <summary>The register tile: 4 rows of A's panel times 3 registers' width of B's panel.</summary>
    private static void MultiplyTile<TLanes>(
        bool overwrite, double alpha, double* a, double* b, double* c, nint stride, int depth)
        where TLanes : unmanaged, ILanes<TLanes>
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
            a += TileRows;
            b += TileRegisters * TLanes.Count;
        }

        StoreRow(overwrite, alpha, c00, c01, c02, c);
        StoreRow(overwrite, alpha, c10, c11, c12, c + stride);
        StoreRow(overwrite, alpha, c20, c21, c22, c + 2 * stride);
        StoreRow(overwrite, alpha, c30, c31, c32, c + 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<TLanes>(bool overwrite, double alpha, TLanes x, TLanes y, TLanes z, double* c)
        where TLanes : unmanaged, ILanes<TLanes>
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
    private void PackLeft(MatrixView a, int rows, int depth)
    {
        var target = _left.Pointer;
        for (var i = 0; i < rows; i += TileRows)
        {
            var height = Math.Min(TileRows, rows - i);
            var source = a.Data + i * a.RowStride;
            if (height == TileRows)
            {
                for (var k = 0; k < depth; k++, source += a.ColumnStride)
                {
                    target[k * TileRows] = source[0];
                    target[k * TileRows + 1] = source[a.RowStride];
                    target[k * TileRows + 2] = source[2 * a.RowStride];
                    target[k * TileRows + 3] = source[3 * a.RowStride];
                }
            }
            else
            {
                for (var k = 0; k < depth; k++, source += a.ColumnStride)
                {
                    for (var y = 0; y < TileRows; y++)
                    {
                        target[k * TileRows + y] = y < height ? source[y * a.RowStride] : 0;
                    }
                }
            }

            target += TileRows * depth;
        }
    }

    /// <summary>Panels a tile wide, one after the other; within a panel, row after row; missing columns are zero.</summary>
    private void PackRight<TLanes>(MatrixView b, int depth, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var tileColumns = TileRegisters * TLanes.Count;
        var target = _right.Pointer;
        for (var j = 0; j < columns; j += tileColumns)
        {
            var width = Math.Min(tileColumns, columns - j);
            if (width < tileColumns)
            {
                new Span<double>(target, tileColumns * depth).Clear();
            }

            var source = b.Data + j * b.ColumnStride;
            if (b.ColumnStride == 1)
            {
                for (var k = 0; k < depth; k++)
                {
                    new ReadOnlySpan<double>(source + k * b.RowStride, width)
                        .CopyTo(new Span<double>(target + (nint)k * tileColumns, width));
                }
            }
            else
            {
                for (var x = 0; x < width; x++)
                {
                    var column = source + x * b.ColumnStride;
                    for (var k = 0; k < depth; k++)
                    {
                        target[(nint)k * tileColumns + x] = column[k * b.RowStride];
                    }
                }
            }

            target += tileColumns * depth;
        }
    }
}
