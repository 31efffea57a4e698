using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// The memory that merges of <see cref="DivideAndConquer{TLanes}"/> work in. Each merge uses its own part, so that
/// merges of one level can run at the same time.
/// </summary>
internal sealed unsafe class MergeWorkspace
{
    private const int VectorsOfNode = 4;

    private readonly AlignedBuffer _gathered;
    private readonly AlignedBuffer _secular;
    private readonly AlignedBuffer _vectors;

    /// <summary>The workspace for matrices of order n torn into so many leaves.</summary>
    /// <param name="n">Order.</param>
    /// <param name="leaves">Leaves.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements, which others may use between two calls.</param>
    public MergeWorkspace(int n, int leaves, AlignedBuffer scratch)
    {
        Size = n;
        Stride = AlignedBuffer.RoundUp(n);
        GatheredStride = AlignedBuffer.RoundUp((n + 1) / 2);
        _gathered = new AlignedBuffer(checked(n * GatheredStride));
        _secular = scratch;
        _vectors = new AlignedBuffer(VectorsOfNode * Slot(n, leaves));
        Grouped = new int[n];
        Positions = new int[n];
    }

    /// <summary>The order n.</summary>
    public int Size { get; }

    /// <summary>The row stride, a multiple of a cache line.</summary>
    public int Stride { get; }

    /// <summary>The row stride of what is gathered: half a row at a time.</summary>
    public int GatheredStride { get; }

    /// <summary>An index for each row.</summary>
    public int[] Grouped { get; }

    /// <summary>Another index for each row.</summary>
    public int[] Positions { get; }

    /// <summary>Elements of scratch for order n.</summary>
    public static int ScratchLength(int n) => checked(n * AlignedBuffer.RoundUp(n));

    /// <summary>
    /// Where the vectors of a node begin that starts at this row: on a cache line, with room for its rows up to a whole
    /// one before the next node's.
    /// </summary>
    public int Slot(int start, int node) => AlignedBuffer.RoundUp(start) + node * AlignedBuffer.Line;

    /// <summary>The halves of rows of a node that are to be multiplied: as many as it has rows.</summary>
    public double* Gathered(int start) => _gathered.Pointer + (nint)start * GatheredStride;

    /// <summary>The rows of a node's secular equation.</summary>
    public double* Secular(int start) => _secular.Pointer + (nint)start * Stride;

    /// <summary>One of four vectors of a node.</summary>
    public double* Vector(int index, int slot) => _vectors.Pointer + (nint)index * (_vectors.Length / VectorsOfNode) + slot;
}
