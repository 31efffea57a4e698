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
