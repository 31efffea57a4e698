using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Orthogonal reduction of a symmetric matrix to one of bandwidth 32 with the same eigenvalues, the first of two stages
/// (Bischof, Lang and Sun, <i>A framework for symmetric band reduction</i>, 2000): nearly all of it is matrix products.
/// </summary>
/// <remarks>
/// <para>Strip by strip of 32 columns: what lies below the band is factored, <c>X = Q R</c>, <c>Q = I - V T V'</c>, and
/// the rest of the matrix becomes <c>Q' A Q = A - V W' - W V'</c> with <c>W = Y T - V (T' V'Y T) / 2</c> for Y = A V.</para>
/// <para>The rest is read and written once a strip: a tile of it is updated by V and W of the strip before and, while it
/// is in the cache, multiplied with V of this one, as it stands and transposed. The strip itself is updated ahead; while
/// one thread factors it, the others begin to update the rest.</para>
/// <para>The order is rounded up to whole strips; rows and columns of zeros take part and stay zero.</para>
/// </remarks>
internal sealed unsafe class BandReduction<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Width = BandMatrix.Width;

    // V and W side by side.
    private const int PairWidth = 2 * Width;

    // Rows and columns of a tile, a multiple of the strip's.
    private const int Tile = 64;

    // Rows of a piece of those phases that work on strips.
    private const int StripRows = 128;

    // Pieces of the triangle, each of which sums up its own part of Y.
    private const int MaximalPieces = 8;
    private const int RowsOfPiece = 64;

    private readonly int _rows;
    private readonly double* _v;
    private readonly double* _z;
    private readonly double* _partial;
    private readonly double* _pairs;
    private readonly double* _transposed;
    private readonly double* _square;
    private readonly bool[] _isUpdated;
    private readonly Pieces _updateStrip;
    private readonly Pieces _factor;
    private readonly Pieces _sweep;
    private readonly Pieces _project;
    private readonly Pieces _combine;
    private MatrixView _matrix;
    private int _start;
    private int _end;
    private bool _hasPairs;
    private volatile bool _isFactored;
    private int _sweepPieces;

    /// <summary>The reduction of matrices of order n, on scratch memory that others may use between two calls.</summary>
    /// <param name="n">Order.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> elements that start on a cache line.</param>
    /// <param name="team">Who does it.</param>
    public BandReduction(int n, double* scratch, WorkerTeam team)
    {
        _rows = RoundUp(n);
        _v = scratch;
        _z = _v + _rows * Width;
        _partial = _z + _rows * Width;
        _pairs = _partial + MaximalPieces * _rows * Width;
        _transposed = _pairs + _rows * PairWidth;
        _square = _transposed + _rows * PairWidth;
        _isUpdated = new bool[_rows / Width];
        _updateStrip = new Pieces(team, (piece, _) => UpdateStrip(piece));
        _factor = new Pieces(team, (piece, _) => FactorOrUpdate(piece));
        _sweep = new Pieces(team, (piece, _) => Sweep(piece));
        _project = new Pieces(team, (piece, _) => Project(piece));
        _combine = new Pieces(team, (piece, _) => Combine(piece));
    }

    private double* R => _square;

    private double* T => _square + Width * Width;

    private double* Inner => _square + 2 * Width * Width;

    /// <summary>Elements of scratch for order n.</summary>
    public static int ScratchLength(int n) =>
        checked((((2 + MaximalPieces) * Width) + (2 * PairWidth)) * RoundUp(n) + ((4 + RoundUp(n) / StripRows) * Width * Width));

    /// <summary>The order rounded up to whole strips.</summary>
    public static int RoundUp(int n) => (n + Width - 1) / Width * Width;

    /// <summary>Reduces a matrix with largest element about 1.</summary>
    /// <param name="a">
    /// The matrix, the lower triangle and squares of side 32 along the diagonal, with rows and columns of zeros up to the order rounded up. Destroyed; those stay zero.
    /// </param>
    /// <param name="stride">Row stride.</param>
    /// <param name="band">Out: the band matrix.</param>
    public void Reduce(double* a, nint stride, BandMatrix band)
    {
        _matrix = new MatrixView(a, stride);
        _hasPairs = false;
        band.Clear();
        for (_start = 0; ; _start += Width)
        {
            _end = _start + Width;
            Run(_updateStrip, _start);
            StoreDiagonal(band);
            if (_end == _rows)
            {
                return;
            }

            _isFactored = false;
            _factor.Run(1 + (_rows - _end) / Width);
            StoreFactor(band);
            _sweepPieces = Math.Clamp((_rows - _end) / RowsOfPiece, 1, MaximalPieces);
            _sweep.Run(_sweepPieces);
            Run(_project, _end);
            FormInner();
            Run(_combine, _end);
            _hasPairs = true;
        }
    }

    private void Run(Pieces phase, int firstRow) => phase.Run((_rows - firstRow + StripRows - 1) / StripRows);

    /// <summary>The strip, up to date: its square on the diagonal stays in the matrix, what is below goes to V.</summary>
    private void UpdateStrip(int piece)
    {
        var (first, count) = StripPiece(piece, _start);
        if (_hasPairs)
        {
            StripProduct<TLanes>.Add(
                Pairs(first), Transposed(_start), _matrix.From(first, _start), count, PairWidth);
        }

        for (var row = Math.Max(first, _end); row < first + count; row++)
        {
            new Span<double>(_matrix.From(row, _start).Data, Width).CopyTo(new Span<double>(_v + row * Width, Width));
        }
    }

    /// <summary>
    /// The first piece factors the strip. The others update 32 rows each of the rest, from the shortest to the longest, or
    /// nothing when the factor is there already: then it is better done when the rows are multiplied.
    /// </summary>
    private void FactorOrUpdate(int piece)
    {
        if (piece == 0)
        {
            StripQr<TLanes>.Factor(_v + _end * Width, _rows - _end, R, T);
            _isFactored = true;
            return;
        }

        var row = _end + (piece - 1) * Width;
        var isDue = !_isFactored && _hasPairs;
        for (var column = _end; isDue && column <= row; column += Width)
        {
            StripProduct<TLanes>.Add(Pairs(row), Transposed(column), _matrix.From(row, column), Width, PairWidth);
        }

        _isUpdated[row / Width] = isDue;
    }

    private void StoreDiagonal(BandMatrix band)
    {
        for (var i = _start; i < Math.Min(_end, band.Size); i++)
        {
            var length = i - _start + 1;
            new Span<double>(_matrix.From(i, _start).Data, length).CopyTo(new Span<double>(band.At(i, _start), length));
        }
    }

    private void StoreFactor(BandMatrix band)
    {
        for (var i = 0; i < Math.Min(Width, band.Size - _end); i++)
        {
            new Span<double>(R + i * Width + i, Width - i).CopyTo(new Span<double>(band.At(_end + i, _start + i), Width - i));
        }
    }

    /// <summary>Updates a few rows of the triangle and multiplies them, read as rows and as columns, with V.</summary>
    private void Sweep(int piece)
    {
        var (first, end) = (FirstRow(piece), FirstRow(piece + 1));
        new Span<double>(Partial(piece, _end).Data, (end - _end) * Width).Clear();
        for (var row = first; row < end; row += Tile)
        {
            var height = Math.Min(Tile, end - row);
            for (var column = _end; column < row; column += Tile)
            {
                SweepTile(piece, row, column, height, Math.Min(Tile, row - column));
            }

            // On the diagonal whole squares of a strip's width: the parts above the diagonal between them are never used.
            for (var i = row; i < row + height; i += Width)
            {
                if (i > row)
                {
                    SweepTile(piece, i, row, Width, i - row);
                }

                SweepTile(piece, i, i, Width, Width);
            }
        }
    }

    private void SweepTile(int piece, int row, int column, int height, int width)
    {
        var tile = _matrix.From(row, column);
        for (var i = 0; _hasPairs && i < height; i += Width)
        {
            for (var k = 0; !_isUpdated[(row + i) / Width] && k < width; k += Width)
            {
                StripProduct<TLanes>.Add(Pairs(row + i), Transposed(column + k), tile.From(i, k), Width, PairWidth);
            }
        }

        StripProduct<TLanes>.Add(tile, Strip(_v, column), Partial(piece, row), height, width);
        if (row != column)
        {
            // The next tile of these rows: no loop before has the stride that would announce it.
            Prefetch.Block(tile.From(0, width), height, Tile);
            StripProduct<TLanes>.Add(tile.Transposed, Strip(_v, row), Partial(piece, column), width, height);
        }
    }

    /// <summary><c>Z = Y T</c> and this piece's part of <c>V' Z</c>.</summary>
    private void Project(int piece)
    {
        var (first, count) = StripPiece(piece, _end);
        var y = Partial(_sweepPieces - 1, first);
        for (var part = _sweepPieces - 2; part >= 0; part--)
        {
            var end = Math.Min(first + count, FirstRow(part + 1));
            var other = Partial(part, first);
            for (var k = 0; k < (end - first) * Width; k += TLanes.Count)
            {
                (TLanes.Load(y.Data + k) + TLanes.Load(other.Data + k)).Store(y.Data + k);
            }
        }

        var z = Strip(_z, first);
        new Span<double>(z.Data, count * Width).Clear();
        StripProduct<TLanes>.Add(y, new MatrixView(T, Width), z, count, Width);
        var product = InnerPart(piece);
        new Span<double>(product.Data, Width * Width).Clear();
        StripProduct<TLanes>.Add(Strip(_v, first).Transposed, z, product, Width, count);
    }

    /// <summary><c>-T' (V' Z) / 2</c>.</summary>
    private void FormInner()
    {
        var sum = InnerPart(0);
        for (var piece = 1; piece < (_rows - _end + StripRows - 1) / StripRows; piece++)
        {
            for (var k = 0; k < Width * Width; k++)
            {
                sum.Data[k] += InnerPart(piece).Data[k];
            }
        }

        for (var k = 0; k < Width * Width; k++)
        {
            sum.Data[k] *= -0.5;
        }

        new Span<double>(Inner, Width * Width).Clear();
        StripProduct<TLanes>.Add(new MatrixView(T, Width).Transposed, sum, new MatrixView(Inner, Width), Width, Width);
    }

    /// <summary><c>W = Z + V inner</c>; V and W side by side, and -W' and -V' below each other, a square for each 32 rows.</summary>
    private void Combine(int piece)
    {
        var (first, count) = StripPiece(piece, _end);
        StripProduct<TLanes>.Add(Strip(_v, first), new MatrixView(Inner, Width), Strip(_z, first), count, Width);
        for (var row = first; row < first + count; row++)
        {
            var v = _v + row * Width;
            var w = _z + row * Width;
            var pair = Pairs(row).Data;
            new Span<double>(v, Width).CopyTo(new Span<double>(pair, Width));
            new Span<double>(w, Width).CopyTo(new Span<double>(pair + Width, Width));
            var column = Transposed(row / Width * Width).Data + (row % Width);
            for (var k = 0; k < Width; k++)
            {
                column[k * Width] = -w[k];
                column[(Width + k) * Width] = -v[k];
            }
        }
    }

    private (int First, int Count) StripPiece(int piece, int start)
    {
        var first = start + piece * StripRows;
        return (first, Math.Min(StripRows, _rows - first));
    }

    /// <summary>Where a piece of the sweep begins: so many whole strips that the pieces of the triangle are about equal.</summary>
    private int FirstRow(int piece) => piece == _sweepPieces
        ? _rows
        : _end + (int)(Math.Sqrt((double)piece / _sweepPieces) * (_rows - _end)) / Width * Width;

    private MatrixView Partial(int piece, int row) => new(_partial + ((nint)piece * _rows + row) * Width, Width);

    private MatrixView Pairs(int row) => new(_pairs + (nint)row * PairWidth, PairWidth);

    private MatrixView Transposed(int row) => new(_transposed + (nint)row * PairWidth, Width);

    private MatrixView InnerPart(int piece) => new(_square + (3 + piece) * Width * Width, Width);

    private static MatrixView Strip(double* strip, int row) => new(strip + (nint)row * Width, Width);
}
