namespace Looped.Analysis.Dense;

/// <summary>
/// Doubles, zero at first, at a fixed address that is a multiple of a cache line. The memory lives as long as this
/// object: whoever works on the pointer must keep the object alive until it is done.
/// </summary>
internal sealed unsafe class AlignedBuffer
{
    /// <summary>A cache line, and the widest register, in doubles.</summary>
    public const int Line = 8;

    private const int LineBytes = Line * sizeof(double);

    private readonly double[] _pinned;

    /// <summary>A buffer of <paramref name="length"/> doubles.</summary>
    public AlignedBuffer(int length)
    {
        Length = length;
        _pinned = GC.AllocateUninitializedArray<double>(checked(length + Line), pinned: true);
        fixed (double* start = _pinned)
        {
            // The array is pinned for its whole life, so the address outlives this block.
            Pointer = (double*)(((nuint)start + LineBytes - 1) & ~(nuint)(LineBytes - 1));
        }

        // Advised before the first touch: the zeros are written to whole pages.
        LargePages.Advise(Pointer, length);
        new Span<double>(Pointer, length).Clear();
    }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>The first element.</summary>
    public double* Pointer { get; }

    /// <summary>The next multiple of <see cref="Line"/>: the stride of rows that all start on a cache line.</summary>
    public static int RoundUp(int length) => (length + Line - 1) & ~(Line - 1);
}
