using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// A symmetric matrix of bandwidth 32, with room for the bulge of twice that width that is chased through its lower
/// triangle. Element (i,j) is <c>Data[i * RowStride + j]</c>, as in a dense matrix, but rows are only so far apart that
/// what the band and the bulge hold does not overlap: the elements of any block lie as a dense block's.
/// </summary>
internal sealed unsafe class BandMatrix
{
    /// <summary>The bandwidth.</summary>
    public const int Width = 32;

    /// <summary>
    /// Columns of the window of whole cache lines that a block of the band's width lies in, wherever it begins.
    /// </summary>
    public const int Window = Width + AlignedBuffer.Line;

    /// <summary>
    /// From row to row: the windows of the blocks on the diagonal and below it, which share a line, less the one column
    /// that each row is further right, and a line to spare for rows of the first that begin further left.
    /// </summary>
    public const int RowStride = (3 * Width) + (2 * AlignedBuffer.Line);

    /// <summary>A matrix of order n, of any elements until it is cleared; beyond its last row there are zeros then.</summary>
    /// <param name="n">Order.</param>
    /// <param name="memory"><see cref="Length"/> elements that start on a cache line.</param>
    public BandMatrix(int n, double* memory)
    {
        Size = n;
        Data = memory;
    }

    /// <summary>The order n.</summary>
    public int Size { get; }

    /// <summary>Element (0,0).</summary>
    public double* Data { get; }

    /// <summary>The elements of memory, whole cache lines, that order n needs.</summary>
    public static int Length(int n) => AlignedBuffer.RoundUp(checked((n + (2 * Width)) * (RowStride + 1)));

    /// <summary>The address of an element.</summary>
    public double* At(int row, int column) => Data + (nint)row * RowStride + column;

    /// <summary>Makes it zero.</summary>
    public void Clear() => new Span<double>(Data, Length(Size)).Clear();

    /// <summary>Writes row i of the lower triangle, from a column on to the one before the diagonal, to column i too.</summary>
    public void Mirror(int i, int firstColumn)
    {
        var row = At(i, 0);
        for (var j = firstColumn; j < i; j++)
        {
            *At(j, i) = row[j];
        }
    }
}
