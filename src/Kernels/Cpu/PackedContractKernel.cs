using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Large products in the manner of Goto and van de Geijn (<i>Anatomy of High-Performance Matrix Multiplication</i>,
/// 2008): blocks of both factors are copied into panels in the order in which tiles read them, sized so that a panel of b
/// stays in the first-level cache and a block of a in the second. Rows, columns and depth may each be several loops with
/// any strides: their offsets are tabulated once, and only the copying sees them.
/// </summary>
internal sealed unsafe class PackedContractKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private const int TileRows = ContractTile<T, V, S>.MaxRows;

    /// <summary>Depth of a block: a panel of b then takes two thirds of a first-level cache of 48 KiB.</summary>
    private const int DepthBlock = 128;

    /// <summary>Rows of a block of a: a quarter of a second-level cache of 1 MiB in float64.</summary>
    private const int RowBlock = 256;

    /// <summary>Columns of a block of b, in tiles.</summary>
    private const int ColumnTiles = 16;

    /// <summary>Elements of the panels of a.</summary>
    private const int LeftSize = RowBlock * DepthBlock;

    private static readonly int TileColumns = ContractTile<T, V, S>.MaxVectors * S.Width;

    /// <summary>Elements of the panels of b.</summary>
    private static readonly int RightSize = ColumnTiles * TileColumns * DepthBlock;

    private readonly T* _left;
    private readonly T* _right;
    private readonly T* _output;
    private readonly Odometer _batch;
    private readonly long[] _leftRows;
    private readonly long[] _outputRows;
    private readonly long[] _rightColumns;
    private readonly long[] _outputColumns;
    private readonly long[] _leftDepth;
    private readonly long[] _rightDepth;
    private readonly Scratch _scratch;
    private T* _leftPanels;
    private T* _rightPanels;
    private T* _tile;
    private readonly delegate*<ContractTile<T, V, S>.Factors*, T*, T*, T*, void> _code;
    private readonly T _alpha;
    private readonly bool _accumulate;

    public PackedContractKernel(ContractCall call, ContractAxes axes, HostMemory arena, Scratch scratch)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _alpha = T.CreateTruncating(call.Alpha);
        _accumulate = call.Accumulate;
        _batch = ContractAxes.Odometer(axes.Batch);
        (_leftRows, _, _outputRows) = Offsets(axes.Rows);
        (_, _rightColumns, _outputColumns) = Offsets(axes.Columns);
        (_leftDepth, _rightDepth, _) = Offsets(axes.Depth);
        _scratch = scratch;
        scratch.Reserve((LeftSize + RightSize + (TileRows * TileColumns)) * sizeof(T));
        _code = ContractTile<T, V, S>.Code(TileRows, ContractTile<T, V, S>.MaxVectors);
    }

    /// <summary>Whether a product is large enough in each direction to repay copying both factors.</summary>
    public static bool Suits(ContractAxes axes)
    {
        var (rows, columns, depth) = (Size(axes.Rows), Size(axes.Columns), Size(axes.Depth));
        return rows >= 16 && columns >= 2 * S.Width && depth >= 96 && rows * columns * depth >= 1 << 20;
    }

    public override void Run(int worker)
    {
        _leftPanels = (T*)_scratch.Pointer(worker);
        _rightPanels = _leftPanels + LeftSize;
        _tile = _rightPanels + RightSize;
        _batch.Reset();
        for (var i = 0L; i < _batch.Count; i++, _batch.Next())
        {
            Product(_left + _batch.Offsets[0], _right + _batch.Offsets[1], _output + _batch.Offsets[2]);
        }
    }

    private static long Size(LoopNest nest) => nest.Extents.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>The offsets of left, right and output at every turn of some loops.</summary>
    private static (long[] Left, long[] Right, long[] Output) Offsets(LoopNest nest)
    {
        var odometer = ContractAxes.Odometer(nest);
        var offsets = (new long[odometer.Count], new long[odometer.Count], new long[odometer.Count]);
        for (var i = 0L; i < odometer.Count; i++, odometer.Next())
        {
            (offsets.Item1[i], offsets.Item2[i], offsets.Item3[i]) =
                (odometer.Offsets[0], odometer.Offsets[1], odometer.Offsets[2]);
        }

        return offsets;
    }

    private void Product(T* left, T* right, T* output)
    {
        var columnBlock = ColumnTiles * TileColumns;
        for (var column = 0; column < _rightColumns.Length; column += columnBlock)
        {
            var columns = Math.Min(columnBlock, _rightColumns.Length - column);
            for (var p = 0; p < _leftDepth.Length; p += DepthBlock)
            {
                var depth = Math.Min(DepthBlock, _leftDepth.Length - p);
                PackRight(right, column, columns, p, depth);
                for (var row = 0; row < _leftRows.Length; row += RowBlock)
                {
                    var rows = Math.Min(RowBlock, _leftRows.Length - row);
                    PackLeft(left, row, rows, p, depth);
                    Block(output, row, rows, column, columns, depth, _accumulate || p > 0);
                }
            }
        }
    }

    /// <summary>Panels of four rows, depth by depth; missing rows are zero.</summary>
    private void PackLeft(T* left, int row, int rows, int p, int depth)
    {
        var target = _leftPanels;
        for (var r = 0; r < rows; r += TileRows)
        {
            for (var i = 0; i < TileRows; i++)
            {
                if (r + i >= rows)
                {
                    for (var k = 0; k < depth; k++)
                    {
                        target[(k * TileRows) + i] = T.Zero;
                    }

                    continue;
                }

                var source = left + _leftRows[row + r + i];
                for (var k = 0; k < depth; k++)
                {
                    target[(k * TileRows) + i] = source[_leftDepth[p + k]];
                }
            }

            target += TileRows * depth;
        }
    }

    /// <summary>Panels of four vectors of columns, depth by depth; missing columns are zero.</summary>
    private void PackRight(T* right, int column, int columns, int p, int depth)
    {
        var target = _rightPanels;
        for (var c = 0; c < columns; c += TileColumns)
        {
            var width = Math.Min(TileColumns, columns - c);
            var offsets = _rightColumns.AsSpan(column + c, width);
            var isContiguous = offsets[^1] - offsets[0] == width - 1;
            for (var k = 0; k < depth; k++, target += TileColumns)
            {
                var source = right + _rightDepth[p + k];
                if (isContiguous)
                {
                    new ReadOnlySpan<T>(source + offsets[0], width).CopyTo(new Span<T>(target, width));
                }
                else
                {
                    for (var j = 0; j < width; j++)
                    {
                        target[j] = source[offsets[j]];
                    }
                }

                new Span<T>(target + width, TileColumns - width).Clear();
            }
        }
    }

    private void Block(T* output, int row, int rows, int column, int columns, int depth, bool accumulate)
    {
        var direct = new ContractTile<T, V, S>.Factors
        {
            Depth = depth,
            ARow = 1,
            AStep = TileRows,
            BStep = TileColumns,
            Alpha = _alpha,
            Accumulate = accumulate,
        };
        var aside = direct;
        (aside.CRow, aside.Accumulate) = (TileColumns, false);
        for (var c = 0; c < columns; c += TileColumns)
        {
            var width = Math.Min(TileColumns, columns - c);
            var offsets = _outputColumns.AsSpan(column + c, width);
            var isContiguous = width == TileColumns && offsets[^1] - offsets[0] == width - 1;
            for (var r = 0; r < rows; r += TileRows)
            {
                var height = Math.Min(TileRows, rows - r);
                var a = _leftPanels + (r * depth);
                var b = _rightPanels + (c * depth);
                var outputRows = _outputRows.AsSpan(row + r, height);
                direct.CRow = height > 1 ? outputRows[1] - outputRows[0] : 0;
                if (isContiguous && height == TileRows && outputRows[3] - outputRows[0] == 3 * direct.CRow &&
                    outputRows[2] - outputRows[1] == direct.CRow)
                {
                    _code(&direct, a, b, output + outputRows[0] + offsets[0]);
                    continue;
                }

                _code(&aside, a, b, _tile);
                Scatter(output, outputRows, offsets, accumulate);
            }
        }
    }

    /// <summary>Moves a tile that was formed aside to rows and columns that lie anyhow.</summary>
    private void Scatter(T* output, ReadOnlySpan<long> rows, ReadOnlySpan<long> columns, bool accumulate)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var source = _tile + (i * TileColumns);
            var target = output + rows[i];
            for (var j = 0; j < columns.Length; j++)
            {
                ref var element = ref target[columns[j]];
                element = accumulate ? element + source[j] : source[j];
            }
        }
    }
}
