using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>What <see cref="SymmetricEigensolver"/> works with, whatever the width of its registers.</summary>
internal abstract class EigenWorkspace
{
    /// <summary>
    /// Reduces a matrix to tridiagonal form: all that follows is about this matrix.
    /// </summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="withVectors">Whether eigenvectors will be asked for.</param>
    /// <exception cref="ArgumentException">Not n x n, not finite or not symmetric.</exception>
    public abstract void Reduce(ReadOnlySpan<double> matrix, bool withVectors);

    /// <summary>How many eigenvalues lie below a number.</summary>
    public abstract int CountBelow(double x);

    /// <summary>Eigenvalues number <paramref name="first"/> and following, as many as there is room for.</summary>
    public abstract void Values(int first, Span<double> values);

    /// <summary>Eigenvalues number <paramref name="first"/> and following with their vectors, a row each; only once after a reduction.</summary>
    /// <exception cref="InvalidOperationException">An iteration did not converge.</exception>
    public abstract void Decompose(int first, Span<double> values, Span<double> vectors);
}

/// <summary>The workspace for matrices of order n, at least 1, with registers of one width.</summary>
internal sealed unsafe class EigenWorkspace<TLanes> : EigenWorkspace
    where TLanes : unmanaged, ILanes<TLanes>
{
    // A perturbation of this much of the matrix's size is below the rounding of the reduction that came before.
    private const double Negligible = 1.1102230246251565e-16;

    // From this order on two stages give the values sooner, on one thread and on two: measured. With all vectors the
    // second back-transformation would cost more than the reduction saves.
    private const int TwoStageOrder = 700;

    // Below this order QL iteration is done before bisection has filled its registers.
    private const int SmallOrder = 24;

    private const int PowerOfTwo = 64;

    private readonly int _size;
    private readonly int _stride;
    private readonly WorkerTeam _team;
    private readonly AlignedBuffer _matrix;
    private readonly MatrixIntake<TLanes> _intake;

    // One phase's after the other's: what a reduction needs, the divide-and-conquer method or the back-transformation.
    private readonly AlignedBuffer _scratch;
    private readonly AlignedBuffer _diagonal;
    private readonly AlignedBuffer _offDiagonal;
    private readonly AlignedBuffer _tau;
    private readonly DenseProduct<TLanes> _product;
    private readonly Tridiagonalization<TLanes> _tridiagonalization;
    private readonly Bisection<TLanes> _bisection;
    private readonly BackTransformation<TLanes> _backTransformation;
    private TwoStages<TLanes>? _twoStages;
    private DivideAndConquer<TLanes>? _divideAndConquer;
    private int _exponent;

    /// <summary>The workspace of a team.</summary>
    public EigenWorkspace(int n, WorkerTeam team)
    {
        _size = n;
        _team = team;
        var rows = n < TwoStageOrder ? AlignedBuffer.RoundUp(n) : BandReduction<TLanes>.RoundUp(n);

        // Rows a power of two apart would fall on few lines of the cache.
        _stride = rows % PowerOfTwo == 0 ? rows + AlignedBuffer.Line : rows;
        _matrix = new AlignedBuffer(checked((rows + PanelKernels<TLanes>.RowGroup) * _stride));
        _intake = new MatrixIntake<TLanes>(n, team);
        _scratch = new AlignedBuffer(Math.Max(
            Math.Max(Tridiagonalization<TLanes>.ScratchLength(_stride), n < TwoStageOrder ? 0 : TwoStages<TLanes>.ScratchLength(n)),
            Math.Max(MergeWorkspace.ScratchLength(n), BackTransformation<TLanes>.ScratchLength(n, team.Size))));
        (_diagonal, _offDiagonal, _tau) = (new AlignedBuffer(n), new AlignedBuffer(n), new AlignedBuffer(n));
        _product = new DenseProduct<TLanes>(team, n);
        _tridiagonalization = new Tridiagonalization<TLanes>(_stride, _scratch.Pointer, team, _product);
        _bisection = new Bisection<TLanes>(n, team);
        _backTransformation = new BackTransformation<TLanes>(n, _stride, _scratch.Pointer, team);
    }

    private Span<double> Diagonal => new(_diagonal.Pointer, _size);

    private Span<double> OffDiagonal => new(_offDiagonal.Pointer, _size - 1);

    /// <inheritdoc/>
    public override void Reduce(ReadOnlySpan<double> matrix, bool withVectors)
    {
        _exponent = _intake.Copy(matrix, _matrix.Pointer, _stride);
        if (_size >= TwoStageOrder && !withVectors)
        {
            _twoStages ??= new TwoStages<TLanes>(_size, _scratch.Pointer, _team);
            _twoStages.Reduce(_matrix.Pointer, _stride, _diagonal.Pointer, _offDiagonal.Pointer);
        }
        else
        {
            _tridiagonalization.Reduce(_matrix.Pointer, _size, _diagonal.Pointer, _offDiagonal.Pointer, _tau.Pointer);
        }

        _bisection.Load(Diagonal, OffDiagonal);
    }

    /// <inheritdoc/>
    public override int CountBelow(double x) => _bisection.CountBelow(Math.ScaleB(x, -_exponent));

    /// <inheritdoc/>
    public override void Values(int first, Span<double> values)
    {
        var size = TridiagonalSize();
        if (_size < SmallOrder || size == 0)
        {
            RootFreeQl.Solve(Diagonal, OffDiagonal, Negligible * size);
            Diagonal.Slice(first, values.Length).CopyTo(values);
        }
        else
        {
            _bisection.Solve(first, values);
        }

        foreach (ref var value in values)
        {
            value = Math.ScaleB(value, _exponent);
        }
    }

    /// <inheritdoc/>
    public override void Decompose(int first, Span<double> values, Span<double> vectors)
    {
        var solver = _divideAndConquer ??= new DivideAndConquer<TLanes>(_size, _scratch, _team, _product);
        solver.Solve(_diagonal.Pointer, _offDiagonal.Pointer, Negligible * TridiagonalSize(), first, values.Length);
        for (var j = 0; j < values.Length; j++)
        {
            var row = solver.Order[first + j];
            values[j] = Math.ScaleB(_diagonal.Pointer[row], _exponent);
            new ReadOnlySpan<double>(solver.Rows.From(row, 0).Data, _size).CopyTo(vectors[(j * _size)..]);
        }

        fixed (double* rows = vectors)
        {
            _backTransformation.Apply(_matrix.Pointer, _tau.Pointer, rows, values.Length);
        }
    }

    private double TridiagonalSize()
    {
        var size = 0.0;
        for (var j = 0; j < _size; j++)
        {
            size = Math.Max(size, Math.Max(Math.Abs(Diagonal[j]), j < _size - 1 ? Math.Abs(OffDiagonal[j]) : 0));
        }

        return size;
    }
}
