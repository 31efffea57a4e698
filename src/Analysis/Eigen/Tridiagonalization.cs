using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Householder reduction of a symmetric matrix to tridiagonal form, <c>T = Q' A Q</c>, in blocks (Dongarra, Sorensen
/// and Hammarling, <i>Block reduction of matrices to condensed forms</i>, 1989): the reflectors of a block are applied to
/// the rest of the matrix at once, as a product of rank twice the block, so that each reflector reads the matrix once
/// (one matrix-vector product over the lower triangle) and does not write it.
/// </summary>
/// <remarks>
/// Rows are eliminated from the last to the first, so that all vectors are contiguous and start on a cache line.
/// Reflector i, <c>H_i = I - tau_i v_i v_i'</c>, acts on coordinates 0 .. i-1; <c>Q = H_(n-1) ... H_1</c>.
/// </remarks>
internal sealed unsafe class Tridiagonalization<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Reflectors in a block.</summary>
    private const int Block = 32;

    // Below this sum of squares a row of a matrix of size 1 is zero to working accuracy, and its square not accurate.
    private const double Negligible = 1e-280;

    // Rows of a triangle from which on it is multiplied in pieces: smaller ones are done before another thread is awake.
    private const int PieceRows = 256;
    private const int FewPieces = 4;
    private const int ManyPieces = 8;

    private readonly int _stride;
    private readonly DenseProduct _product;
    private readonly Pieces _multiply;

    // Rows v_0, w_0, v_1, w_1, ... and w_0, v_0, w_1, v_1, ...: A becomes A - V W' - W V' = A - pairs' * swapped.
    private readonly double* _pairs;
    private readonly double* _swapped;
    private readonly double* _coefficients;
    private readonly double* _partial;

    private double* _matrix;
    private double* _row;
    private int _padded;
    private int _rank;
    private int _pieceCount;

    /// <summary>The reduction of matrices of one order, on scratch memory that others may use between two calls.</summary>
    /// <param name="stride">Row stride of the matrices, a multiple of a cache line.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="team">Who does it.</param>
    /// <param name="product">Workspace, of the same team.</param>
    public Tridiagonalization(int stride, double* scratch, WorkerTeam team, DenseProduct product)
    {
        _stride = stride;
        _product = product;
        _pairs = scratch;
        _swapped = _pairs + 2 * Block * stride;
        _partial = _swapped + 2 * Block * stride;
        _coefficients = _partial + ManyPieces * stride;
        _multiply = new Pieces(team, (piece, _) => MultiplyPiece(piece));
    }

    /// <summary>Elements of scratch for rows of this stride.</summary>
    public static int ScratchLength(int stride) => ((4 * Block + ManyPieces) * stride) + (2 * Block);

    /// <summary>
    /// Reduces the n x n matrix with largest element about 1 at <paramref name="a"/> (the lower triangle and squares of side 8 along the
    /// diagonal given; rows and
    /// their number padded to a cache line, the padding finite).
    /// </summary>
    /// <param name="a">In: the matrix. Out: row i holds v_i, followed by zeros.</param>
    /// <param name="n">Order.</param>
    /// <param name="diagonal">Out: the n diagonal elements of T.</param>
    /// <param name="offDiagonal">Out: the n - 1 elements beside it.</param>
    /// <param name="tau">Out: the n factors of the reflectors; tau_0 = 0.</param>
    public void Reduce(double* a, int n, double* diagonal, double* offDiagonal, double* tau)
    {
        _matrix = a;

        // Rows are read in groups: those beyond the rank, times zero, must be finite.
        new Span<double>(_swapped, 2 * Block * _stride).Clear();
        for (var end = n; end > 0;)
        {
            var start = (end - 1) / Block * Block;
            new Span<double>(_coefficients, 2 * Block).Clear();
            for (var i = end - 1; i >= start; i--)
            {
                var row = a + (nint)i * _stride;
                var rank = 2 * (end - 1 - i);
                for (var r = 0; r < rank; r++)
                {
                    _coefficients[r] = _pairs[r * _stride + i];
                }

                PanelKernels<TLanes>.SubtractCombination(_swapped, _stride, rank, i + 1, _coefficients, row);
                diagonal[i] = row[i];
                new Span<double>(row + i, _stride - i).Clear();
                if (i == 0)
                {
                    tau[0] = 0;
                    break;
                }

                tau[i] = MakeReflector(row, i, out offDiagonal[i - 1]);
                var w = _swapped + rank * _stride;
                Multiply(row, i, rank, w);
                PanelKernels<TLanes>.SubtractCombination(_swapped, _stride, rank, i, _coefficients, w);
                CompleteUpdate(row, w, i, tau[i], _stride);
                Copy(row, _pairs + rank * _stride);
                Copy(row, _swapped + (rank + 1) * _stride);
                Copy(w, _pairs + (rank + 1) * _stride);
            }

            _product.Multiply(
                ProductMode.AddLower,
                -1,
                new MatrixView(_pairs, _stride).Transposed,
                new MatrixView(_swapped, _stride),
                a,
                _stride,
                start,
                start,
                2 * (end - start));
            end = start;
        }
    }

    /// <summary>
    /// Overwrites x of the given size by v with last element 1 and returns tau, such that
    /// <c>(I - tau v v') x = (0, .., 0, beta)</c>.
    /// </summary>
    private static double MakeReflector(double* x, int size, out double beta)
    {
        var last = x[size - 1];
        x[size - 1] = 0;
        var padded = AlignedBuffer.RoundUp(size);
        var squares = PanelKernels<TLanes>.Dot(x, x, padded);
        if (squares < Negligible)
        {
            new Span<double>(x, size).Clear();
            x[size - 1] = 1;
            beta = last;
            return 0;
        }

        beta = -Math.CopySign(Math.Sqrt(last * last + squares), last);
        var scale = TLanes.Fill(1 / (last - beta));
        for (var k = 0; k < padded; k += TLanes.Count)
        {
            (scale * TLanes.Load(x + k)).Store(x + k);
        }

        x[size - 1] = 1;
        return (beta - last) / beta;
    }

    /// <summary><c>w := tau w - (tau^2 v'w / 2) v</c>, zero beyond the size: then <c>H A H = A - v w' - w v'</c> for w = A v.</summary>
    private static void CompleteUpdate(double* v, double* w, int size, double tau, int stride)
    {
        new Span<double>(w + size, stride - size).Clear();
        var padded = AlignedBuffer.RoundUp(size);
        var scale = TLanes.Fill(tau);
        var shift = TLanes.Fill(-0.5 * tau * tau * PanelKernels<TLanes>.Dot(v, w, padded));
        for (var k = 0; k < padded; k += TLanes.Count)
        {
            TLanes.MultiplyAdd(shift, TLanes.Load(v + k), scale * TLanes.Load(w + k)).Store(w + k);
        }
    }

    /// <summary><c>w = A v</c> for the leading block of this size, and the coefficients <c>pairs * v</c>.</summary>
    private void Multiply(double* v, int size, int rank, double* w)
    {
        _row = v;
        (_rank, _padded) = (rank, AlignedBuffer.RoundUp(size));
        _pieceCount = size < PieceRows ? 1 : size < 4 * PieceRows ? FewPieces : ManyPieces;
        _multiply.Run(_pieceCount);
        Copy(_partial + (_pieceCount - 1) * _stride, w);
        for (var piece = _pieceCount - 2; piece >= 0; piece--)
        {
            var part = _partial + piece * _stride;
            for (var k = 0; k < FirstRow(piece + 1); k += TLanes.Count)
            {
                (TLanes.Load(w + k) + TLanes.Load(part + k)).Store(w + k);
            }
        }
    }

    private void MultiplyPiece(int piece)
    {
        PanelKernels<TLanes>.MultiplySymmetric(
            _matrix, _stride, FirstRow(piece), FirstRow(piece + 1), _row, _partial + piece * _stride);
        var groups = (_rank + PanelKernels<TLanes>.RowGroup - 1) / PanelKernels<TLanes>.RowGroup;
        var (first, end) = (groups * piece / _pieceCount, groups * (piece + 1) / _pieceCount);
        PanelKernels<TLanes>.Project(
            _pairs,
            _stride,
            first * PanelKernels<TLanes>.RowGroup,
            Math.Min(end * PanelKernels<TLanes>.RowGroup, _rank),
            _padded,
            _row,
            _coefficients);
    }

    /// <summary>Where a piece begins: whole cache lines, so many that the pieces of the triangle are about equal.</summary>
    private int FirstRow(int piece) => piece == _pieceCount
        ? _padded
        : (int)(Math.Sqrt((double)piece / _pieceCount) * _padded) / AlignedBuffer.Line * AlignedBuffer.Line;

    private void Copy(double* from, double* to) => new Span<double>(from, _stride).CopyTo(new Span<double>(to, _stride));
}
