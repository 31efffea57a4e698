using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Reduction of a large symmetric matrix to tridiagonal form in two stages: to a band by <see cref="BandReduction{TLanes}"/>,
/// where one stage would read the whole matrix for each row, and from the band by <see cref="BulgeChasing{TLanes}"/>.
/// Neither keeps its reflectors: it is for eigenvalues alone.
/// </summary>
internal sealed unsafe class TwoStages<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly BandMatrix _band;
    private readonly BandReduction<TLanes> _reduction;
    private readonly BulgeChasing<TLanes> _chasing;

    /// <summary>The workspace for matrices of order n.</summary>
    public TwoStages(int n, WorkerTeam team)
    {
        _band = new BandMatrix(n);
        _reduction = new BandReduction<TLanes>(n, team);
        _chasing = new BulgeChasing<TLanes>(_band, team);
    }

    /// <summary>Reduces a matrix with largest element about 1, as <see cref="BandReduction{TLanes}"/> takes it.</summary>
    /// <param name="a">The matrix; destroyed.</param>
    /// <param name="stride">Row stride.</param>
    /// <param name="diagonal">Out: the n diagonal elements.</param>
    /// <param name="offDiagonal">Out: the n - 1 elements beside it.</param>
    public void Reduce(double* a, nint stride, double* diagonal, double* offDiagonal)
    {
        _reduction.Reduce(a, stride, _band);
        _chasing.Reduce(diagonal, offDiagonal);
    }
}
