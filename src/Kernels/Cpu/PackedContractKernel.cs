using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Large products in the manner of Goto and van de Geijn (<i>Anatomy of High-Performance Matrix Multiplication</i>,
/// 2008): blocks of both factors are copied into panels in the order in which tiles read them, sized so that a panel of
/// b stays in the first-level cache and a block of a in the second. Rows, columns and depth may each be several loops
/// with any strides: their offsets are tabulated once, and only the copying sees them.
/// </summary>
internal sealed unsafe class PackedContractKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Vectors of a panel of b.</summary>
    private const int PanelVectors = 3;

    /// <summary>Bytes of a panel of b: half of a first-level cache of 48 KiB.</summary>
    private const int PanelBytes = 24 << 10;

    /// <summary>Bytes of a block of a: a quarter of a second-level cache of 1 MiB.</summary>
    private const int LeftBytes = 256 << 10;

    /// <summary>Bytes of a block of b, which passes through the caches once for every block of a.</summary>
    private const int RightBytes = 2 << 20;

    private readonly T* _left;
    private readonly T* _right;
    private readonly T* _output;
    private readonly Odometer _batch;
    private readonly OffsetTable _leftRows;
    private readonly OffsetTable _outputRows;
    private readonly OffsetTable _rightColumns;
    private readonly OffsetTable _outputColumns;
    private readonly OffsetTable _leftDepth;
    private readonly OffsetTable _rightDepth;
    private readonly int _rowBlock;
    private readonly int _columnBlock;
    private readonly int _depthBlock;
    private readonly Scratch _scratch;
    private readonly T _alpha;
    private readonly bool _accumulate;
    private T* _leftBlock;
    private T* _rightBlock;
    private T* _aside;

    public PackedContractKernel(ContractCall call, ContractAxes axes, HostMemory arena, Scratch scratch)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _alpha = T.CreateTruncating(call.Alpha);
        _accumulate = call.Accumulate;
        _batch = ContractAxes.Odometer(axes.Batch);
        (_leftRows, _, _outputRows) = OffsetTable.Of(ContractAxes.Odometer(axes.Rows));
        (_, _rightColumns, _outputColumns) = OffsetTable.Of(ContractAxes.Odometer(axes.Columns));
        (_leftDepth, _rightDepth, _) = OffsetTable.Of(ContractAxes.Odometer(axes.Depth));
        _depthBlock = DepthBlock();
        _rowBlock = Even(_leftRows.Count, LeftBytes / (_depthBlock * sizeof(T)), PanelRows);
        _columnBlock = Even(
            _rightColumns.Count, RightBytes / (_depthBlock * sizeof(T)), PanelVectors * S.Width);
        _scratch = scratch;
        scratch.Reserve((LeftSize + RightSize + AsideSize) * sizeof(T));
    }

    /// <summary>Rows of a panel of a.</summary>
    private static int PanelRows => ContractTile<T, V, S>.MaxRows(PanelVectors);

    /// <summary>Step between rows of a block of a that is kept row by row: an odd number of lines.</summary>
    private long LeftStep =>
        ((_depthBlock + (2 * LineSize) - 1) / (2 * LineSize) * (2 * LineSize)) + LineSize;

    private static int LineSize => 64 / sizeof(T);

    private long LeftSize => _rowBlock * LeftStep;

    private long RightSize => (long)(_columnBlock + S.Width) / S.Width * S.Width * _depthBlock;

    /// <summary>Elements of a tile, or of a transposition.</summary>
    private static long AsideSize => Math.Max(PanelRows * PanelVectors * S.Width, VectorLanes<T, V, S>.BlockSize);

    public override void Run(int worker)
    {
        _rightBlock = (T*)_scratch.Pointer(worker);
        _aside = _rightBlock + RightSize;
        _leftBlock = _aside + AsideSize;
        for (var i = 0L; i < _batch.Count; i++, _batch.Next())
        {
            Product(_left + _batch.Offsets[0], _right + _batch.Offsets[1], _output + _batch.Offsets[2]);
        }
    }

    /// <summary>
    /// The depth of a panel of b, or twice that where it is all: reading the output back for a second pass costs more than
    /// a panel that passes through the second-level cache, if rows of a are contiguous and need no panels.
    /// </summary>
    private int DepthBlock()
    {
        var depth = _leftDepth.Count;
        var largest = PanelBytes / (PanelVectors * S.Width * sizeof(T));
        return depth <= 2 * largest && _leftDepth.IsContiguous(0, depth) ? depth : Even(depth, largest, 8);
    }

    /// <summary>Blocks of nearly one size, at most the largest and a multiple of a unit.</summary>
    private static int Even(int extent, int largest, int unit)
    {
        largest = Math.Max(unit, largest / unit * unit);
        var blocks = (extent + largest - 1) / largest;
        var block = (extent + blocks - 1) / blocks;
        return Math.Min(extent, (block + unit - 1) / unit * unit);
    }

    private void Product(T* left, T* right, T* output)
    {
        for (var column = 0; column < _rightColumns.Count; column += _columnBlock)
        {
            var columns = Math.Min(_columnBlock, _rightColumns.Count - column);
            for (var p = 0; p < _leftDepth.Count; p += _depthBlock)
            {
                var depth = Math.Min(_depthBlock, _leftDepth.Count - p);
                PackRight(right, column, columns, p, depth);
                for (var row = 0; row < _leftRows.Count; row += _rowBlock)
                {
                    var rows = Math.Min(_rowBlock, _leftRows.Count - row);
                    var isByRows = _leftDepth.IsContiguous(p, depth);
                    if (isByRows)
                    {
                        CopyLeft(left + _leftDepth[p], row, rows, depth);
                    }
                    else
                    {
                        PackLeft(left, row, rows, p, depth);
                    }

                    Block(output, row, rows, column, columns, depth, isByRows, _accumulate || p > 0);
                }
            }
        }
    }

    /// <summary>Rows one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyLeft(T* left, int row, int rows, int depth)
    {
        for (var r = 0; r < rows; r++)
        {
            new ReadOnlySpan<T>(left + _leftRows[row + r], depth)
                .CopyTo(new Span<T>(_leftBlock + (r * LeftStep), depth));
        }
    }

    /// <summary>Panels of a tile's rows, depth by depth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackLeft(T* left, int row, int rows, int p, int depth)
    {
        var target = _leftBlock;
        for (var r = 0; r < rows; r += PanelRows)
        {
            var height = Math.Min(PanelRows, rows - r);
            if (_leftRows.IsContiguous(row + r, height))
            {
                var source = left + _leftRows[row + r];
                var mask = S.First(height);
                for (var k = 0; k < depth; k++, target += height)
                {
                    S.Store(S.Load(source + _leftDepth[p + k], mask), target, mask);
                }

                continue;
            }

            for (var k = 0; k < depth; k++, target += height)
            {
                var source = left + _leftDepth[p + k];
                for (var i = 0; i < height; i++)
                {
                    target[i] = source[_leftRows[row + r + i]];
                }
            }
        }
    }

    /// <summary>Panels of a tile's columns, depth by depth; missing columns are zero.</summary>
    private void PackRight(T* right, int column, int columns, int p, int depth)
    {
        var target = _rightBlock;
        for (var first = 0; first < columns; first += PanelVectors * S.Width)
        {
            var vectors = Math.Min(PanelVectors, (columns - first + S.Width - 1) / S.Width);
            for (var v = 0; v < vectors; v++)
            {
                var c = first + (v * S.Width);
                var width = Math.Min(S.Width, columns - c);
                PackVector(right, column + c, width, p, depth, target + (v * S.Width), vectors * S.Width);
            }

            target += vectors * S.Width * depth;
        }
    }

    /// <summary>The columns of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackVector(T* right, int column, int width, int p, int depth, T* target, int step)
    {
        if (_rightColumns.IsContiguous(column, width))
        {
            var source = right + _rightColumns[column];
            var mask = S.First(width);
            for (var k = 0; k < depth; k++, target += step)
            {
                S.Store(S.Load(source + _rightDepth[p + k], mask), target);
            }
        }
        else if (_rightColumns.IsEven(column, width) && _rightDepth.IsContiguous(p, depth))
        {
            var source = right + _rightColumns[column] + _rightDepth[p];
            for (var k = 0; k < depth; k += S.Width)
            {
                VectorLanes<T, V, S>.Transpose(
                    source + k, _rightColumns.Step(column), width, Math.Min(S.Width, depth - k), target, step, _aside);
                target += S.Width * step;
            }
        }
        else
        {
            for (var k = 0; k < depth; k++, target += step)
            {
                S.Store(S.Broadcast(T.Zero), target);
                for (var j = 0; j < width; j++)
                {
                    target[j] = right[_rightDepth[p + k] + _rightColumns[column + j]];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block(
        T* output, int row, int rows, int column, int columns, int depth, bool isByRows, bool accumulate)
    {
        var b = _rightBlock;
        for (var first = 0; first < columns; first += PanelVectors * S.Width)
        {
            var width = Math.Min(PanelVectors * S.Width, columns - first);
            var vectors = (width + S.Width - 1) / S.Width;
            var factors = new ContractTile<T, V, S>.Factors
            {
                Depth = depth,
                BStep = vectors * S.Width,
                CRow = _outputRows.Step(row),
                Alpha = _alpha,
                Accumulate = accumulate,
                LastColumns = width - ((vectors - 1) * S.Width),
            };
            var areColumnsEven = _outputColumns.IsContiguous(column + first, width);
            var isEven = areColumnsEven && _outputRows.IsEven(row, rows);
            for (var r = 0; r < rows;)
            {
                // All whole tiles at once where the output's rows allow it; what remains is one lower tile.
                var height = Math.Min(PanelRows, rows - r);
                var tiles = isEven ? (rows - r) / height : 1;
                (factors.ARow, factors.AStep) = isByRows ? (LeftStep, 1) : (1, height);
                (factors.ANext, factors.CNext) = (isByRows ? height * LeftStep : height * depth, height * factors.CRow);
                var a = _leftBlock + (r * (isByRows ? LeftStep : depth));
                var code = ContractTile<T, V, S>.Code(height, vectors, isPartial: width % S.Width != 0);
                if (areColumnsEven && (isEven || _outputRows.IsEven(row + r, height)))
                {
                    factors.CRow = _outputRows.Step(row + r);
                    code(&factors, a, b, output + _outputRows[row + r] + _outputColumns[column + first], tiles);
                }
                else
                {
                    var aside = factors;
                    (aside.CRow, aside.Accumulate) = (PanelVectors * S.Width, false);
                    code(&aside, a, b, _aside, 1);
                    Scatter(output, row + r, height, column + first, width, accumulate);
                }

                r += tiles * height;
            }

            b += vectors * S.Width * depth;
        }
    }

    /// <summary>Moves a tile that was formed aside to rows and columns that lie anyhow.</summary>
    private void Scatter(T* output, int row, int rows, int column, int columns, bool accumulate)
    {
        for (var i = 0; i < rows; i++)
        {
            var source = _aside + (i * PanelVectors * S.Width);
            var target = output + _outputRows[row + i];
            for (var j = 0; j < columns; j++)
            {
                ref var element = ref target[_outputColumns[column + j]];
                element = accumulate ? element + source[j] : source[j];
            }
        }
    }
}
