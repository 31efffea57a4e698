using Looped.Analysis.Dense;

namespace Looped.Analysis.Eigen;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by divide and conquer (Cuppen, <i>A divide and conquer
/// method for the symmetric tridiagonal eigenproblem</i>, 1981), stable by the recomputed coupling of Gu and Eisenstat
/// (<i>A stable and efficient algorithm for the rank-one modification of the symmetric eigenproblem</i>, 1994). The bulk
/// of the work is matrix products.
/// </summary>
/// <remarks>
/// T is torn in two, <c>T = diag(T_1, T_2) + |e| (u u')</c> with u zero but for a 1 and the sign of e at the tear; with
/// the eigendecompositions of the halves the whole is <c>diag(d) + 2 |e| z z'</c>, |z| = 1, solved by
/// <see cref="SecularEquation"/>.
/// </remarks>
internal sealed unsafe class DivideAndConquer
{
    private const int LeafSize = 32;

    private readonly int _stride;
    private readonly AlignedBuffer _rows;
    private readonly AlignedBuffer _gathered;
    private readonly AlignedBuffer _secular;
    private readonly AlignedBuffer _vectors;
    private readonly int[] _order;
    private readonly int[] _grouped;
    private readonly Deflation _deflation;
    private readonly DenseProduct _product;

    /// <summary>The workspace for matrices of order n.</summary>
    public DivideAndConquer(int n, DenseProduct product)
    {
        _stride = AlignedBuffer.RoundUp(n);
        _rows = new AlignedBuffer(checked(n * _stride));
        _gathered = new AlignedBuffer(checked(n * _stride));
        _secular = new AlignedBuffer(checked(n * _stride));
        _vectors = new AlignedBuffer(4 * _stride + LeafSize * (LeafSize + 1));
        _order = new int[n];
        _grouped = new int[n];
        _deflation = new Deflation(n);
        _product = product;
    }

    /// <summary>Eigenvector <c>Order[j]</c> of <see cref="Rows"/> belongs to the j-th eigenvalue, ascending.</summary>
    public ReadOnlySpan<int> Order => _order;

    /// <summary>The eigenvectors, a row each, in no order.</summary>
    public MatrixView Rows => new(_rows.Pointer, _stride);

    /// <summary>
    /// Replaces the diagonal by the eigenvalues, in the order of <see cref="Rows"/>, and destroys the off-diagonal.
    /// </summary>
    /// <exception cref="InvalidOperationException">An iteration did not converge.</exception>
    public void Solve<TLanes>(Span<double> diagonal, Span<double> offDiagonal, double negligible)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        fixed (double* d = diagonal, e = offDiagonal)
        {
            Solve<TLanes>(d, e, 0, diagonal.Length, negligible);
        }
    }

    private void Solve<TLanes>(double* d, double* e, int start, int end, double negligible)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (end - start <= LeafSize)
        {
            SolveLeaf<TLanes>(d, e, start, end - start, negligible);
            return;
        }

        var middle = (start + end) / 2;
        var coupling = e[middle - 1];
        d[middle - 1] -= Math.Abs(coupling);
        d[middle] -= Math.Abs(coupling);
        Solve<TLanes>(d, e, start, middle, negligible);
        Solve<TLanes>(d, e, middle, end, negligible);
        for (var i = start; i < end; i++)
        {
            var row = _rows.Pointer + (nint)i * _stride;
            (i < middle ? new Span<double>(row + middle, end - middle) : new Span<double>(row + start, middle - start)).Clear();
        }

        SortOrder(d, start, end);
        if (Math.Abs(coupling) > negligible)
        {
            Merge<TLanes>(d + start, start, end - start, middle - start, coupling);
            SortOrder(d, start, end);
        }
    }

    private void SolveLeaf<TLanes>(double* d, double* e, int start, int count, double negligible)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var leaf = _vectors.Pointer;
        var couplings = leaf + LeafSize * LeafSize;
        new Span<double>(leaf, LeafSize * LeafSize).Clear();
        for (var i = 0; i < count; i++)
        {
            leaf[i * LeafSize + i] = 1;
            couplings[i] = i < count - 1 ? e[start + i] : 0;
        }

        ImplicitQl.Solve<TLanes>(d + start, couplings, count, negligible, leaf, LeafSize);
        for (var i = 0; i < count; i++)
        {
            var row = _rows.Pointer + (nint)(start + i) * _stride + start;
            new Span<double>(leaf + i * LeafSize, count).CopyTo(new Span<double>(row, count));
        }

        SortOrder(d, start, start + count);
    }

    /// <summary>Rows start .. end-1 by ascending eigenvalue.</summary>
    private void SortOrder(double* d, int start, int end)
    {
        var keys = new Span<double>(_secular.Pointer, end - start);
        new Span<double>(d + start, end - start).CopyTo(keys);
        for (var i = start; i < end; i++)
        {
            _order[i] = i;
        }

        keys.Sort(_order.AsSpan(start, end - start));
    }

    /// <summary>
    /// Merges two halves; from here on rows and coordinates count from <paramref name="start"/>, and so does d.
    /// </summary>
    private void Merge<TLanes>(double* d, int start, int count, int half, double coupling)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var rows = _rows.Pointer + (nint)start * _stride + start;
        var z = _vectors.Pointer;
        var scale = Math.Sqrt(0.5);
        for (var j = 0; j < count; j++)
        {
            z[j] = j < half
                ? scale * rows[(nint)j * _stride + half - 1]
                : Math.CopySign(scale, coupling) * rows[(nint)j * _stride + half];
        }

        var order = _order.AsSpan(start, count);
        foreach (ref var row in order)
        {
            row -= start;
        }

        var strength = 2 * Math.Abs(coupling);
        _deflation.Run(order, half, d, z, strength, rows, _stride);
        var kept = _deflation.Kept;
        var deflated = _deflation.Deflated;
        if (kept.Length == 0)
        {
            return;
        }

        // The kept rows by support, so that each half of the coordinates needs one contiguous range of them.
        var (topEnd, bottomStart) = Group(kept);
        var poles = z + _stride;
        var weights = poles + _stride;
        var couplings = weights + _stride;
        new Span<double>(poles, _stride).Fill(double.PositiveInfinity);
        new Span<double>(weights, _stride).Clear();
        for (var j = 0; j < kept.Length; j++)
        {
            (poles[j], couplings[j]) = (d[kept[j]], z[kept[j]]);
            weights[j] = couplings[j] * couplings[j];
        }

        // Kept rows to the front, in groups, and deflated ones behind them, with their eigenvalues.
        var gathered = _gathered.Pointer;
        for (var j = 0; j < count; j++)
        {
            var row = j < kept.Length ? kept[_grouped[j]] : deflated[j - kept.Length];
            new Span<double>(rows + (nint)row * _stride, count).CopyTo(new Span<double>(gathered + (nint)j * _stride, count));
            z[j] = d[row];
        }

        for (var j = kept.Length; j < count; j++)
        {
            d[j] = z[j];
            new Span<double>(gathered + (nint)j * _stride, count).CopyTo(new Span<double>(rows + (nint)j * _stride, count));
        }

        for (var i = 0; i < kept.Length; i++)
        {
            d[i] = SecularEquation.Solve<TLanes>(
                i, kept.Length, poles, weights, strength, _secular.Pointer + (nint)i * _stride);
        }

        SecularVectors.Form<TLanes>(_secular.Pointer, _stride, kept.Length, poles, couplings, _grouped, weights);
        var (secular, basis) = (new MatrixView(_secular.Pointer, _stride), new MatrixView(gathered, _stride));
        _product.Multiply<TLanes>(
            ProductMode.Overwrite, 1, secular, basis, rows, _stride, kept.Length, half, topEnd);
        _product.Multiply<TLanes>(
            ProductMode.Overwrite,
            1,
            secular.From(0, bottomStart),
            basis.From(bottomStart, half),
            rows + half,
            _stride,
            kept.Length,
            count - half,
            kept.Length - bottomStart);
    }

    /// <summary>
    /// Positions of the kept rows: those with the top half alone, with both, with the bottom half alone; returns where
    /// the second group ends and where it starts.
    /// </summary>
    private (int TopEnd, int BottomStart) Group(ReadOnlySpan<int> kept)
    {
        var filled = 0;
        var starts = (stackalloc int[3]);
        for (var group = Deflation.Support.Top; group <= Deflation.Support.Bottom; group++)
        {
            starts[(int)group] = filled;
            for (var j = 0; j < kept.Length; j++)
            {
                if (_deflation.SupportOf(kept[j]) == group)
                {
                    _grouped[filled++] = j;
                }
            }
        }

        return (starts[(int)Deflation.Support.Bottom], starts[(int)Deflation.Support.Both]);
    }
}
