using System.Runtime.CompilerServices;

namespace Looped.Analysis.Dense;

/// <summary>
/// Products of which one factor, and so the result, is a strip of 32 columns: four rows of the result stay in registers
/// while the other factor is read where it lies, by rows or by columns, without being copied first.
/// </summary>
internal static unsafe class StripProduct<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Columns of a strip.</summary>
    public const int Width = 32;

    /// <summary>Rows that are computed together.</summary>
    public const int RowGroup = 4;

    private const int Registers = 4;

    /// <summary><c>C += A B</c>: A (rows, depth) of any strides, B (depth, 32) and C (rows, 32) with contiguous rows.</summary>
    /// <param name="a">The factor that is not a strip.</param>
    /// <param name="b">The strip.</param>
    /// <param name="c">The result.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="depth">Columns of A and rows of B.</param>
    public static void Add(MatrixView a, MatrixView b, MatrixView c, int rows, int depth)
    {
        var row = 0;
        for (; row <= rows - RowGroup; row += RowGroup)
        {
            for (var column = 0; column < Width; column += Registers * TLanes.Count)
            {
                AddRows(a.From(row, 0), b.From(0, column), c.From(row, column), depth);
            }
        }

        if (row < rows)
        {
            AddLastRows(a.From(row, 0), b, c.From(row, 0), rows - row, depth);
        }
    }

    /// <summary>Fewer rows than a group: each takes a group's place, of which one row counts.</summary>
    private static void AddLastRows(MatrixView a, MatrixView b, MatrixView c, int rows, int depth)
    {
        var group = stackalloc double[RowGroup * Width];
        for (var row = 0; row < rows; row++)
        {
            var result = new Span<double>(c.From(row, 0).Data, Width);
            result.CopyTo(new Span<double>(group, Width));
            for (var column = 0; column < Width; column += Registers * TLanes.Count)
            {
                AddRows(
                    new MatrixView(a.From(row, 0).Data, 0, a.ColumnStride),
                    b.From(0, column),
                    new MatrixView(group + column, Width),
                    depth);
            }

            new Span<double>(group, Width).CopyTo(result);
        }
    }

    private static void AddRows(MatrixView left, MatrixView right, MatrixView result, int depth)
    {
        var a0 = left.Data;
        var a1 = a0 + left.RowStride;
        var a2 = a1 + left.RowStride;
        var a3 = a2 + left.RowStride;
        var b = right.Data;
        var zero = TLanes.Fill(0);
        var (c00, c01, c02, c03) = (zero, zero, zero, zero);
        var (c10, c11, c12, c13) = (zero, zero, zero, zero);
        var (c20, c21, c22, c23) = (zero, zero, zero, zero);
        var (c30, c31, c32, c33) = (zero, zero, zero, zero);
        for (nint k = 0, offset = 0; k < depth; k++, offset += left.ColumnStride, b += right.RowStride)
        {
            var b0 = TLanes.Load(b);
            var b1 = TLanes.Load(b + TLanes.Count);
            var b2 = TLanes.Load(b + 2 * TLanes.Count);
            var b3 = TLanes.Load(b + 3 * TLanes.Count);
            var x = TLanes.Fill(a0[offset]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            c02 = TLanes.MultiplyAdd(x, b2, c02);
            c03 = TLanes.MultiplyAdd(x, b3, c03);
            x = TLanes.Fill(a1[offset]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            c12 = TLanes.MultiplyAdd(x, b2, c12);
            c13 = TLanes.MultiplyAdd(x, b3, c13);
            x = TLanes.Fill(a2[offset]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            c22 = TLanes.MultiplyAdd(x, b2, c22);
            c23 = TLanes.MultiplyAdd(x, b3, c23);
            x = TLanes.Fill(a3[offset]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            c32 = TLanes.MultiplyAdd(x, b2, c32);
            c33 = TLanes.MultiplyAdd(x, b3, c33);
        }

        AddRow(result.Data, c00, c01, c02, c03);
        AddRow(result.Data + result.RowStride, c10, c11, c12, c13);
        AddRow(result.Data + 2 * result.RowStride, c20, c21, c22, c23);
        AddRow(result.Data + 3 * result.RowStride, c30, c31, c32, c33);
    }

    // In line: a call would not leave the sums in registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(double* c, TLanes x0, TLanes x1, TLanes x2, TLanes x3)
    {
        (TLanes.Load(c) + x0).Store(c);
        (TLanes.Load(c + TLanes.Count) + x1).Store(c + TLanes.Count);
        (TLanes.Load(c + 2 * TLanes.Count) + x2).Store(c + 2 * TLanes.Count);
        (TLanes.Load(c + 3 * TLanes.Count) + x3).Store(c + 3 * TLanes.Count);
    }
}
