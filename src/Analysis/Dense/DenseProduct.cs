using System.Runtime.Intrinsics;
using Looped.Kernels;

namespace Looped.Analysis.Dense;

/// <summary>
/// Dense matrix product of any strides. An instance is the workspace of its panels: one product at a time. What a piece
/// of the product comes to depends on the shapes alone, not on how many threads share the pieces.
/// </summary>
internal abstract unsafe class DenseProduct
{
    /// <summary>Products with the widest registers of the machine, by a team or by the calling thread alone.</summary>
    public static DenseProduct Create(WorkerTeam? team = null) =>
        Vector512.IsHardwareAccelerated ? new DenseProduct<Lanes512>(team) : new DenseProduct<Lanes256>(team);

    /// <summary><c>C = A B</c>, arguments as below.</summary>
    public void Multiply(MatrixView a, MatrixView b, double* c, nint stride, int rows, int columns, int depth) =>
        Multiply(ProductMode.Overwrite, 1, a, b, c, stride, rows, columns, depth);

    /// <summary>
    /// <c>C = alpha A B</c>, or added to C: A (rows, depth), B (depth, columns), C (rows, columns) with contiguous
    /// rows, overlapping neither factor.
    /// </summary>
    public abstract void Multiply(
        ProductMode mode, double alpha, MatrixView a, MatrixView b, double* c, nint stride, int rows, int columns, int depth);
}

/// <summary>
/// The product with registers of one width. Blocks of columns and rows are whole tiles, so that an element comes to the
/// same bits wherever the blocks end.
/// </summary>
internal sealed unsafe class DenseProduct<TLanes> : DenseProduct
    where TLanes : unmanaged, ILanes<TLanes>
{
    // A panel of B (a tile wide) stays in the first-level cache, a block of A and one of B in the second.
    private const int DepthBlock = 224;
    private const int RowBlock = 96;
    private const int ColumnBlock = 384;

    // Fewer rows are cut finer, so that a few threads find pieces enough.
    private const int FewRows = 768;

    // Columns of B that are copied as one piece, whole panels of either width.
    private const int PackBlock = 96;

    // Whole tiles of either width.
    private const int TileColumns = 24;
    private const int TileRows = 4;

    // Fewer multiplications than these take no longer than waking another thread.
    private const long Alone = 1 << 18;

    private readonly AlignedBuffer[] _left;
    private readonly AlignedBuffer _right;
    private readonly int _rightStart;
    private readonly int _rowBlock;
    private readonly int _columnBlock;
    private readonly int _depthBlock;
    private readonly Pieces _pack;
    private readonly Pieces _multiply;
    private Block _block;

    /// <summary>Products by a team, or by the calling thread alone.</summary>
    /// <param name="team">Who does them.</param>
    /// <param name="side">The longest side that is expected: the panels are no larger than it needs.</param>
    public DenseProduct(WorkerTeam? team = null, int side = int.MaxValue)
    {
        team ??= new WorkerTeam(1);
        _rowBlock = side < FewRows ? WholeTiles(side, TileRows, RowBlock / 2) : RowBlock;
        _columnBlock = WholeTiles(side, TileColumns, ColumnBlock);
        _depthBlock = Math.Min(side, DepthBlock);
        _left = new AlignedBuffer[team.Size];
        for (var worker = 0; worker < team.Size; worker++)
        {
            _left[worker] = new AlignedBuffer(_rowBlock * _depthBlock);
        }

        // Each worker's share is at least a tile wide.
        _right = new AlignedBuffer(Math.Max(_columnBlock, team.Size * TileColumns) * _depthBlock);
        _pack = new Pieces(team, (piece, _) => PackRight(piece));
        _multiply = new Pieces(team, MultiplyRows);
    }

    private DenseProduct(DenseProduct<TLanes> whole, int worker)
    {
        var workers = whole._left.Length;
        (_rowBlock, _depthBlock) = (whole._rowBlock, whole._depthBlock);
        _columnBlock = Math.Max(TileColumns, whole._columnBlock / workers / TileColumns * TileColumns);
        _left = [whole._left[worker]];
        _right = whole._right;
        _rightStart = worker * _columnBlock * _depthBlock;
        var alone = new WorkerTeam(1);
        _pack = new Pieces(alone, (piece, _) => PackRight(piece));
        _multiply = new Pieces(alone, MultiplyRows);
    }

    private double* Right => _right.Pointer + _rightStart;

    /// <summary>
    /// Products by one worker alone, in its share of these panels: at the same time as the other workers', not as the
    /// team's.
    /// </summary>
    public DenseProduct<TLanes> Share(int worker) => new(this, worker);

    /// <inheritdoc/>
    public override void Multiply(
        ProductMode mode, double alpha, MatrixView a, MatrixView b, double* c, nint stride, int rows, int columns, int depth)
    {
        if (depth == 0 && mode == ProductMode.Overwrite)
        {
            for (var i = 0; i < rows; i++)
            {
                new Span<double>(c + i * stride, columns).Clear();
            }
        }

        var rowBlock = rows < FewRows ? Math.Min(_rowBlock, RowBlock / 2) : _rowBlock;
        var depthBlocks = (depth + _depthBlock - 1) / _depthBlock;
        for (var column = 0; column < columns; column += _columnBlock)
        {
            var width = Math.Min(_columnBlock, columns - column);
            for (var block = 0; block < depthBlocks; block++)
            {
                // Blocks of equal depth rather than full ones and a remnant.
                var k = (int)((long)depth * block / depthBlocks);
                var length = (int)((long)depth * (block + 1) / depthBlocks) - k;
                _block = new Block(
                    mode, mode == ProductMode.Overwrite && block == 0, alpha, a.From(0, k), b.From(k, column),
                    new MatrixView(c, stride), rows, rowBlock, column, width, length);
                var panels = (width + PackBlock - 1) / PackBlock;
                var pieces = (rows + rowBlock - 1) / rowBlock;
                if ((long)rows * width * length < Alone)
                {
                    _pack.RunAlone(panels);
                    _multiply.RunAlone(pieces);
                }
                else
                {
                    _pack.Run(panels);
                    _multiply.Run(pieces);
                }
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>A side in whole tiles, at most the block.</summary>
    private static int WholeTiles(int side, int tile, int block) => side >= block ? block : (side + tile - 1) / tile * tile;

    /// <summary>Whether a tile that ends with this row and begins with this column has nothing to do with the lower triangle.</summary>
    private static bool AboveDiagonal(int lastRow, int firstColumn) => firstColumn > (lastRow | (AlignedBuffer.Line - 1));

    private void PackRight(int piece)
    {
        var first = piece * PackBlock;
        ProductTile<TLanes>.PackRight(
            _block.B.From(0, first),
            _block.Depth,
            Math.Min(PackBlock, _block.Width - first),
            Right + (nint)first * _block.Depth);
    }

    private void MultiplyRows(int piece, int worker)
    {
        // In a lower triangle the last rows are the longest: they come first.
        var row = _block.Mode == ProductMode.AddLower
            ? ((_block.Rows - 1) / _block.RowBlock - piece) * _block.RowBlock
            : piece * _block.RowBlock;
        var height = Math.Min(_block.RowBlock, _block.Rows - row);
        if (_block.Mode == ProductMode.AddLower && AboveDiagonal(row + height - 1, _block.Column))
        {
            return;
        }

        var left = _left[worker].Pointer;
        ProductTile<TLanes>.PackLeft(_block.A.From(row, 0), height, _block.Depth, left);
        MultiplyBlock(_block, row, height, left, Right);
    }

    private static void MultiplyBlock(in Block block, int row, int height, double* left, double* right)
    {
        var edge = stackalloc double[ProductTile<TLanes>.Rows * ProductTile<TLanes>.Columns];
        var (tileRows, tileColumns) = (ProductTile<TLanes>.Rows, ProductTile<TLanes>.Columns);
        for (var j = 0; j < block.Width; j += tileColumns)
        {
            var b = right + (nint)j * block.Depth;
            for (var i = 0; i < height; i += tileRows)
            {
                if (block.Mode == ProductMode.AddLower && AboveDiagonal(row + i + tileRows - 1, block.Column + j))
                {
                    continue;
                }

                var a = left + (nint)i * block.Depth;
                var target = block.C.From(row + i, block.Column + j).Data;
                var (tileHeight, tileWidth) = (Math.Min(tileRows, height - i), Math.Min(tileColumns, block.Width - j));
                if (tileHeight == tileRows && tileWidth == tileColumns)
                {
                    ProductTile<TLanes>.Multiply(block.Overwrite, block.Alpha, a, b, target, block.C.RowStride, block.Depth);
                    continue;
                }

                ProductTile<TLanes>.Multiply(true, block.Alpha, a, b, edge, tileColumns, block.Depth);
                for (var y = 0; y < tileHeight; y++)
                {
                    for (var x = 0; x < tileWidth; x++)
                    {
                        var value = edge[y * tileColumns + x];
                        target[y * block.C.RowStride + x] = block.Overwrite ? value : target[y * block.C.RowStride + x] + value;
                    }
                }
            }
        }
    }

    /// <summary>The part of a product that one packed block of B takes part in.</summary>
    private readonly record struct Block(
        ProductMode Mode,
        bool Overwrite,
        double Alpha,
        MatrixView A,
        MatrixView B,
        MatrixView C,
        int Rows,
        int RowBlock,
        int Column,
        int Width,
        int Depth);
}
