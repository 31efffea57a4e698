namespace Looped.Analysis;

/// <summary>What is merged: neighbouring blocks of the tridiagonal matrix, both diagonalised.</summary>
internal readonly unsafe struct MergeNode(
    int start, int count, int half, int slot, double* values, double* rows, double coupling, int first, int wanted)
{
    /// <summary>The first row.</summary>
    public int Start { get; } = start;

    /// <summary>Rows of both.</summary>
    public int Count { get; } = count;

    /// <summary>Rows of the first.</summary>
    public int Half { get; } = half;

    /// <summary>Where its vectors are in the workspace.</summary>
    public int Slot { get; } = slot;

    /// <summary>The eigenvalues, by row.</summary>
    public double* Values { get; } = values;

    /// <summary>The eigenvectors, a row each, from the first row and column of the node on.</summary>
    public double* Rows { get; } = rows;

    /// <summary>The element between the blocks; 0 where it is negligible.</summary>
    public double Coupling { get; } = coupling;

    /// <summary>The first value, ascending, whose vector is wanted.</summary>
    public int First { get; } = first;

    /// <summary>How many vectors are wanted.</summary>
    public int Wanted { get; } = wanted;
}
