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

    /// <summary>The reduction of matrices of order n, on scratch memory that others may use between two calls.</summary>
    /// <param name="n">Order.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements that start on a cache line.</param>
    /// <param name="team">Who does it.</param>
    public TwoStages(int n, double* scratch, WorkerTeam team)
    {
        _band = new BandMatrix(n, scratch);

        // Only one stage at a time has something to remember.
        var stage = scratch + BandMatrix.Length(n);
        _reduction = new BandReduction<TLanes>(n, stage, team);
        _chasing = new BulgeChasing<TLanes>(_band, stage, team);
    }

    /// <summary>Elements of scratch for order n.</summary>
    public static int ScratchLength(int n) =>
        BandMatrix.Length(n) + Math.Max(BandReduction<TLanes>.ScratchLength(n), BulgeChasing<TLanes>.ScratchLength(n));

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
