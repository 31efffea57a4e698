using Looped.Analysis.Dense;

namespace Looped.Analysis;

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

    /// <summary>Replaces the diagonal by the eigenvalues, in the order of <see cref="Rows"/>.</summary>
    /// <param name="diagonal">The n diagonal elements.</param>
    /// <param name="offDiagonal">The n - 1 elements beside it.</param>
    /// <param name="negligible">Off-diagonal elements up to this magnitude are taken as zero.</param>
    /// <exception cref="InvalidOperationException">An iteration did not converge.</exception>
    public void Solve<TLanes>(Span<double> diagonal, ReadOnlySpan<double> offDiagonal, double negligible)
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

        Ordering.Merge(_order.AsSpan(start, end - start), middle - start, d, _grouped);
        if (Math.Abs(coupling) > negligible)
        {
            Merge<TLanes>(d + start, start, end - start, middle - start, coupling);
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
            _order[start + i] = start + i;
        }

        Ordering.Insert(_order.AsSpan(start, count), d);
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

        _deflation.Run(order, half, d, z, 2 * Math.Abs(coupling), rows, _stride);
        var kept = _deflation.Kept.Length;
        UpdateKept<TLanes>(d, z, rows, count, half, 2 * Math.Abs(coupling));

        // The roots ascend; among the deflated values a rotation may have changed the order a little.
        for (var j = 0; j < count; j++)
        {
            order[j] = start + j;
        }

        Ordering.Insert(order[kept..], d - start);
        Ordering.Merge(order, kept, d - start, _grouped);
    }

    /// <summary>Brings the kept rows to the front and replaces them by the eigenvectors of the whole.</summary>
    private void UpdateKept<TLanes>(double* d, double* z, double* rows, int count, int half, double strength)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var kept = _deflation.Kept;
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

        // The kept rows by support, so that each half of the coordinates needs one contiguous range of them.
        var (topEnd, bottomStart) = Group(kept);
        Gather(d, z, rows, count);
        for (var i = 0; i < kept.Length; i++)
        {
            d[i] = SecularEquation.Solve<TLanes>(
                i, kept.Length, poles, weights, strength, _secular.Pointer + (nint)i * _stride);
        }

        SecularVectors.Form<TLanes>(_secular.Pointer, _stride, kept.Length, poles, couplings, _grouped, weights);
        var secular = new MatrixView(_secular.Pointer, _stride);
        var basis = new MatrixView(_gathered.Pointer, _stride);
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
    /// Copies the kept rows, in groups, out of the way, and puts the deflated ones with their eigenvalues behind the place
    /// of the kept.
    /// </summary>
    private void Gather(double* d, double* scratch, double* rows, int count)
    {
        var kept = _deflation.Kept;
        var deflated = _deflation.Deflated;
        var gathered = _gathered.Pointer;
        for (var j = 0; j < count; j++)
        {
            var row = j < kept.Length ? kept[_grouped[j]] : deflated[j - kept.Length];
            new Span<double>(rows + (nint)row * _stride, count).CopyTo(new Span<double>(gathered + (nint)j * _stride, count));
            scratch[j] = d[row];
        }

        for (var j = kept.Length; j < count; j++)
        {
            d[j] = scratch[j];
            new Span<double>(gathered + (nint)j * _stride, count).CopyTo(new Span<double>(rows + (nint)j * _stride, count));
        }
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
