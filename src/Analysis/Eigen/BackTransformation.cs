using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Takes eigenvectors of the tridiagonal matrix back to the original one, <c>x = Q z</c>, a block of reflectors at a
/// time in the compact form <c>H_(b-1) ... H_a = I - V' S V</c> with S lower triangular (Schreiber and Van Loan, <i>A
/// storage-efficient WY representation for products of Householder transformations</i>, 1989).
/// </summary>
internal sealed unsafe class BackTransformation<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // Reflectors of a block, two strips.
    private const int Block = 2 * Width;
    private const int Width = StripProduct<TLanes>.Width;

    // Vectors of a piece, fewer where there are few, and columns of their first product that are done together: they
    // stay in the cache.
    private const int PieceRows = 64;
    private const int SmallOrder = 512;
    private const int PieceDepth = 128;

    // Strips of the reflectors that are prepared as one piece.
    private const int PieceStrips = 8;

    private readonly int _size;
    private readonly int _stride;
    private readonly double* _factors;
    private readonly double* _transposed;
    private readonly double* _combined;
    private readonly double* _projections;
    private readonly Pieces _factor;
    private readonly Pieces _prepare;
    private readonly Pieces _apply;
    private double* _reflectors;
    private double* _tau;
    private double* _vectors;
    private readonly int _pieceRows;
    private int _count;
    private int _first;

    /// <summary>The transformation of one order, on scratch memory that others may use between two calls.</summary>
    /// <param name="n">Order.</param>
    /// <param name="stride">Row stride of the reflectors.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements.</param>
    /// <param name="team">Who does it.</param>
    public BackTransformation(int n, int stride, double* scratch, WorkerTeam team)
    {
        (_size, _stride) = (n, stride);
        _pieceRows = n < SmallOrder ? PieceRows / 2 : PieceRows;
        _factors = scratch;
        _transposed = _factors + Blocks(n) * Block * Block;
        _combined = _transposed + Strips(n) * Width * Block;
        _projections = _combined + Strips(n) * Width * Block;
        _factor = new Pieces(team, FormFactor);
        _prepare = new Pieces(team, (piece, _) => Prepare(piece));
        _apply = new Pieces(team, Apply);
    }

    /// <summary>Elements of scratch for order n and so many workers.</summary>
    public static int ScratchLength(int n, int workers) =>
        Block * (Blocks(n) * Block + 2 * Strips(n) * Width + workers * PieceRows);

    /// <summary>Overwrites each of the rows z of <paramref name="vectors"/> (row stride n) by Q z.</summary>
    /// <param name="reflectors">
    /// Row i holds v_i, followed by zeros, as the reduction leaves them; beyond the last there are three more rows of
    /// finite numbers, since rows are read in groups.
    /// </param>
    /// <param name="tau">Factors of the reflectors.</param>
    /// <param name="vectors">The vectors, a row each.</param>
    /// <param name="count">How many there are, at most n.</param>
    public void Apply(double* reflectors, double* tau, double* vectors, int count)
    {
        _reflectors = reflectors;
        _tau = tau;
        _vectors = vectors;
        _count = count;
        _factor.Run(Blocks(_size));
        for (_first = 1; _first < _size; _first += Block)
        {
            _prepare.Run((Strips(Depth) + PieceStrips - 1) / PieceStrips);
            _apply.Run((count + _pieceRows - 1) / _pieceRows);
        }
    }

    /// <summary>Coordinates that the block touches: those before its last reflector's row.</summary>
    private int Depth => _first + Math.Min(Block, _size - _first) - 1;

    private static int Blocks(int n) => (n - 1 + Block - 1) / Block;

    private static int RoundUpToGroup(int rows) =>
        (rows + PanelKernels<TLanes>.RowGroup - 1) / PanelKernels<TLanes>.RowGroup * PanelKernels<TLanes>.RowGroup;

    private static int Strips(int columns) => (columns + Width - 1) / Width;

    /// <summary>
    /// S of <c>I - V' S V</c>, row by row: one more reflector from the left adds the row
    /// <c>(-tau g' S, tau)</c>, g being its products with the earlier ones. Rows that are missing in the last block are zero.
    /// </summary>
    private void FormFactor(int block, int worker)
    {
        var first = 1 + block * Block;
        var rank = Math.Min(Block, _size - first);
        var factor = _factors + block * Block * Block;
        var gram = _projections + worker * PieceRows * Block;
        new Span<double>(factor, Block * Block).Clear();
        for (var i = 0; i < rank; i++)
        {
            var v = _reflectors + (nint)(first + i) * _stride;
            var tau = _tau[first + i];
            PanelKernels<TLanes>.Project(
                _reflectors + (nint)first * _stride, _stride, 0, RoundUpToGroup(i), AlignedBuffer.RoundUp(first + i), v, gram);
            var row = factor + i * Block;
            for (var l = 0; l < i; l++)
            {
                var weight = -tau * gram[l];
                for (var j = 0; j <= l; j++)
                {
                    row[j] += weight * factor[l * Block + j];
                }
            }

            row[i] = tau;
        }
    }

    /// <summary>A few strips of V' and of <c>-S' V</c>.</summary>
    private void Prepare(int piece)
    {
        var v = stackalloc double[Block * Width];
        var rank = Math.Min(Block, _size - _first);
        var s = new MatrixView(_factors + (_first - 1) * Block, Block);
        for (var strip = piece * PieceStrips; strip < Math.Min((piece + 1) * PieceStrips, Strips(Depth)); strip++)
        {
            var column = strip * Width;
            var width = Math.Min(Width, Depth - column);
            new Span<double>(v, Block * Width).Clear();
            for (var r = 0; r < rank; r++)
            {
                var row = _reflectors + (nint)(_first + r) * _stride + column;
                for (var k = 0; k < width; k++)
                {
                    v[r * Width + k] = -row[k];
                    Transposed(column + k, r)[0] = row[k];
                }
            }

            for (var r = rank; r < Block; r++)
            {
                for (var k = 0; k < width; k++)
                {
                    Transposed(column + k, r)[0] = 0;
                }
            }

            var combined = Combined(strip);
            new Span<double>(combined.Data, Block * Width).Clear();
            StripProduct<TLanes>.Add(s.Transposed, new MatrixView(v, Width), combined, Block, Block);
        }
    }

    /// <summary><c>Z - (Z V') (S' V)</c> for a few rows of Z.</summary>
    private void Apply(int piece, int worker)
    {
        var first = piece * _pieceRows;
        var rows = Math.Min(_pieceRows, _count - first);
        var z = new MatrixView(_vectors + (nint)first * _size, _size);
        var projections = new MatrixView(_projections + worker * PieceRows * Block, Block);
        new Span<double>(projections.Data, rows * Block).Clear();
        for (var k = 0; k < Depth; k += PieceDepth)
        {
            for (var half = 0; half < Block; half += Width)
            {
                StripProduct<TLanes>.Add(
                    z.From(0, k),
                    new MatrixView(Transposed(k, half), Width),
                    projections.From(0, half),
                    rows,
                    Math.Min(PieceDepth, Depth - k));
            }
        }

        for (var strip = 0; strip < Strips(Depth); strip++)
        {
            if ((strip + 1) * Width <= _size)
            {
                StripProduct<TLanes>.Add(projections, Combined(strip), z.From(0, strip * Width), rows, Block);
            }
            else
            {
                AddToEdge(projections, Combined(strip), z.From(0, strip * Width), rows, _size - strip * Width);
            }
        }
    }

    /// <summary>The same where the vectors end within the strip.</summary>
    private static void AddToEdge(MatrixView projections, MatrixView combined, MatrixView z, int rows, int width)
    {
        var edge = stackalloc double[PieceRows * Width];
        new Span<double>(edge, rows * Width).Clear();
        StripProduct<TLanes>.Add(projections, combined, new MatrixView(edge, Width), rows, Block);
        for (var row = 0; row < rows; row++)
        {
            for (var k = 0; k < width; k++)
            {
                z.From(row, k).Data[0] += edge[row * Width + k];
            }
        }
    }

    /// <summary>Coordinate k of reflector r: two strips, each contiguous.</summary>
    private double* Transposed(int k, int r) =>
        _transposed + ((nint)(r / Width) * Strips(_size) * Width + k) * Width + (r % Width);

    private MatrixView Combined(int strip) => new(_combined + (nint)strip * Block * Width, Width);
}
