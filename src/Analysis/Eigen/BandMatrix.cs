using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// The lower triangle of a symmetric matrix of bandwidth 32, with room for the bulge of twice that width that is chased
/// through it. Element (i,j), j at most i, is <c>Data[i * RowStride + j]</c>, as in a dense matrix, but rows are only so
/// far apart that what the band and the bulge hold does not overlap: the elements of any block lie as a dense block's.
/// </summary>
internal sealed unsafe class BandMatrix
{
    /// <summary>The bandwidth.</summary>
    public const int Width = 32;

    /// <summary>
    /// From row to row: the bulge's width, less the one column that each row is further right, and a cache line to spare,
    /// since registers reach beyond the diagonal.
    /// </summary>
    public const int RowStride = (2 * Width) + AlignedBuffer.Line;

    private readonly AlignedBuffer _elements;

    /// <summary>A matrix of order n; beyond its last row there are zeros.</summary>
    public BandMatrix(int n)
    {
        Size = n;
        _elements = new AlignedBuffer(checked((n + (2 * Width)) * (RowStride + 1)));
    }

    /// <summary>The order n.</summary>
    public int Size { get; }

    /// <summary>Element (0,0).</summary>
    public double* Data => _elements.Pointer;

    /// <summary>The address of an element.</summary>
    public double* At(int row, int column) => Data + (nint)row * RowStride + column;

    /// <summary>Makes it zero.</summary>
    public void Clear() => new Span<double>(Data, _elements.Length).Clear();
}
