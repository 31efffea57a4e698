using System.Runtime.Intrinsics;
using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Eigenvalues and eigenvectors of real symmetric matrices of one order, in a workspace that is kept: after the first
/// call of each kind nothing is allocated. One thread at a time may use an instance; instances are independent.
/// </summary>
/// <remarks>
/// Householder reduction to tridiagonal form (<see cref="Tridiagonalization"/>); then eigenvalues by root-free QL
/// (<see cref="RootFreeQl"/>), or with eigenvectors by divide and conquer (<see cref="DivideAndConquer"/>) and
/// <see cref="BackTransformation"/>. Errors are of the order of machine precision times the largest eigenvalue in
/// magnitude: small eigenvalues are accurate on that scale, not relative to themselves.
/// </remarks>
public sealed unsafe class SymmetricEigensolver
{
    // A perturbation of this much of the matrix's size is below the rounding of the reduction that came before.
    private const double Negligible = 1.1102230246251565e-16;

    private readonly bool _wide;
    private readonly int _stride;
    private readonly AlignedBuffer _matrix;
    private readonly AlignedBuffer _scratch;
    private readonly double[] _tau;
    private readonly double[] _diagonal;
    private readonly double[] _offDiagonal;
    private readonly DenseProduct _product = new();
    private DivideAndConquer? _divideAndConquer;

    /// <summary>The workspace for n x n matrices: about n^2 doubles, and 3 n^2 more once eigenvectors are asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public SymmetricEigensolver(int n)
        : this(n, Vector512.IsHardwareAccelerated)
    {
    }

    /// <summary>A solver that uses registers of 512 bits, or of 256, whatever the machine has.</summary>
    internal SymmetricEigensolver(int n, bool wide)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        Size = n;
        _wide = wide;
        _stride = AlignedBuffer.RoundUp(n);
        _matrix = new AlignedBuffer(checked(_stride * _stride));
        _scratch = new AlignedBuffer(
            Math.Max(Tridiagonalization.ScratchLength(_stride), BackTransformation.ScratchLength(_stride)));
        _tau = new double[n];
        _diagonal = new double[n];
        _offDiagonal = new double[n];
    }

    /// <summary>The order n of the matrices.</summary>
    public int Size { get; }

    /// <summary>The eigenvalues of a symmetric matrix, ascending.</summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="values">Out: n eigenvalues.</param>
    /// <exception cref="ArgumentException">
    /// A length does not fit, an element is not finite, or two elements that should be equal differ by more than 1e-10 of
    /// the largest; smaller differences are averaged away.
    /// </exception>
    /// <exception cref="InvalidOperationException">The iteration did not converge.</exception>
    public void Values(ReadOnlySpan<double> matrix, Span<double> values)
    {
        RequireLength(values.Length, Size, nameof(values), "eigenvalues");
        var exponent = _wide ? Reduce<Lanes512>(matrix) : Reduce<Lanes256>(matrix);
        RootFreeQl.Solve(_diagonal, OffDiagonal, Negligible * TridiagonalSize());
        for (var j = 0; j < Size; j++)
        {
            values[j] = Math.ScaleB(_diagonal[j], exponent);
        }

        GC.KeepAlive(this);
    }

    /// <summary>The eigenvalues of a symmetric matrix, ascending, and orthonormal eigenvectors.</summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="values">Out: n eigenvalues.</param>
    /// <param name="vectors">Out, (n,n): row j is the eigenvector of value j. Must not overlap the matrix.</param>
    /// <exception cref="ArgumentException">As for <see cref="Values"/>.</exception>
    /// <exception cref="InvalidOperationException">An iteration did not converge.</exception>
    public void Decompose(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors)
    {
        RequireLength(values.Length, Size, nameof(values), "eigenvalues");
        RequireLength(vectors.Length, (long)Size * Size, nameof(vectors), "elements of eigenvectors");
        if (_wide)
        {
            Decompose<Lanes512>(matrix, values, vectors);
        }
        else
        {
            Decompose<Lanes256>(matrix, values, vectors);
        }

        GC.KeepAlive(this);
    }

    private Span<double> OffDiagonal => _offDiagonal.AsSpan(0, Math.Max(0, Size - 1));

    private void Decompose<TLanes>(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var exponent = Reduce<TLanes>(matrix);
        var solver = _divideAndConquer ??= new DivideAndConquer(Size, _product);
        solver.Solve<TLanes>(_diagonal, OffDiagonal, Negligible * TridiagonalSize());
        for (var j = 0; j < Size; j++)
        {
            var row = solver.Order[j];
            values[j] = Math.ScaleB(_diagonal[row], exponent);
            new ReadOnlySpan<double>(solver.Rows.From(row, 0).Data, Size).CopyTo(vectors[(j * Size)..]);
        }

        fixed (double* tau = _tau, rows = vectors)
        {
            BackTransformation.Apply<TLanes>(_matrix.Pointer, _stride, tau, Size, rows, _scratch.Pointer, _product);
        }
    }

    /// <summary>Fills the tridiagonal matrix, scaled by the power of two whose exponent is returned.</summary>
    private int Reduce<TLanes>(ReadOnlySpan<double> matrix)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var exponent = MatrixIntake.Copy(matrix, Size, _matrix.Pointer, _stride);
        fixed (double* diagonal = _diagonal, offDiagonal = _offDiagonal, tau = _tau)
        {
            Tridiagonalization.Reduce<TLanes>(
                _matrix.Pointer, Size, _stride, diagonal, offDiagonal, tau, _scratch.Pointer, _product);
        }

        return exponent;
    }

    private double TridiagonalSize()
    {
        var size = 0.0;
        for (var j = 0; j < Size; j++)
        {
            size = Math.Max(size, Math.Max(Math.Abs(_diagonal[j]), j < Size - 1 ? Math.Abs(_offDiagonal[j]) : 0));
        }

        return size;
    }

    private static void RequireLength(int length, long required, string name, string what)
    {
        if (length != required)
        {
            throw new ArgumentException($"There is room for {length} {what}, but {required} are needed.", name);
        }
    }
}
