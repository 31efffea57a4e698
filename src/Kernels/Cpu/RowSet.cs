namespace Looped.Kernels.Cpu;

/// <summary>
/// What a row kernel is given at a time, a vector an element: either one long contiguous row, in vectors one after the
/// other, the last of them perhaps in part; or as many short or scattered rows as a vector has lanes, side by side.
/// </summary>
internal unsafe struct RowSet<T>
    where T : unmanaged
{
    /// <summary>Vectors from one to the next of which are <see cref="InputStep"/> elements.</summary>
    public T* Input;

    public long InputStep;

    /// <summary>As the input; null without a mask.</summary>
    public T* Mask;

    public long MaskStep;

    public T* Output;

    public long OutputStep;

    /// <summary>The target of the first row.</summary>
    public int* Targets;

    public long TargetStep;

    /// <summary>Whole vectors.</summary>
    public long Vectors;

    /// <summary>Elements in the vector that follows them.</summary>
    public int Tail;

    /// <summary>Number of rows.</summary>
    public int Rows;

    /// <summary>Whether the lanes belong to one row.</summary>
    public bool IsAlong;
}

/// <summary>Where the elements of a row kernel's operand lie: along the rows' axis, and along the other axes.</summary>
internal sealed record RowOperand(nint Pointer, long Step, long[] Strides);
