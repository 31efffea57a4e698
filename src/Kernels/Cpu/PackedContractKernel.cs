using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Large products in the manner of Goto and van de Geijn (<i>Anatomy of High-Performance Matrix Multiplication</i>,
/// 2008): blocks of both factors are copied into panels in the order in which tiles read them, sized so that a panel of
/// b stays in the first-level cache and a block of a in the second. A team shares a product in two rounds in turn: first all
/// copy a slab of b, then each takes blocks of the output, for which it copies blocks of a into a cache of its own. Rows,
/// columns and depth may each be several loops with any strides: their offsets are tabulated once, and only the copying
/// sees them.
/// </summary>
internal sealed unsafe class PackedContractKernel<T, V, S> : CpuKernel, IParallelWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Bytes of a panel of b: half of a first-level cache of 48 KiB.</summary>
    private const int PanelBytes = 24 << 10;

    /// <summary>Bytes of a block of a: a quarter of a second-level cache of 1 MiB.</summary>
    private const int LeftBytes = 256 << 10;

    /// <summary>Bytes of a slab of b, which passes through the caches once for every block of rows.</summary>
    private const int RightBytes = 2 << 20;

    /// <summary>Panels of b that are copied at once, so that whole stretches of a row are.</summary>
    private const int PanelsAtOnce = 8;

    /// <summary>Blocks of the output, which threads share, where each keeps the least rows and columns.</summary>
    private const int Blocks = 8;

    private const int LeastRows = 64;
    private const int LeastColumns = 256;

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
    private readonly int _slabColumns;
    private readonly int _depthBlock;
    private readonly int _slabDepth;
    private readonly Scratch _scratch;
    private readonly WorkerTeam? _team;
    private readonly T _alpha;
    private readonly bool _accumulate;

    // What the threads work on: a slab, and what they do with it.
    private Slab _slab;
    private bool _isCopying;

    /// <summary>Prepares a product.</summary>
    /// <param name="call">The call.</param>
    /// <param name="axes">Its axes.</param>
    /// <param name="arena">The memory of its operands.</param>
    /// <param name="scratch">Memory for panels.</param>
    /// <param name="team">Who shares it; the calling thread alone without one.</param>
    public PackedContractKernel(ContractCall call, ContractAxes axes, HostMemory arena, Scratch scratch, WorkerTeam? team)
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
        var largest = Math.Min(LeftBytes / (_depthBlock * sizeof(T)), Math.Max(LeastRows, _leftRows.Count / Blocks));
        _rowBlock = Even(_leftRows.Count, largest, ContractPanels<T, V, S>.Rows);
        _slabColumns = Even(_rightColumns.Count, RightBytes / (_depthBlock * sizeof(T)), PanelColumns);
        _slabDepth = Math.Max(1, RightBytes / (_slabColumns * _depthBlock * sizeof(T))) * _depthBlock;
        _scratch = scratch;
        _team = team;
        scratch.Reserve((OwnSize + SlabSize) * sizeof(T));
    }

    private static int PanelColumns => ContractPanels<T, V, S>.Vectors * S.Width;

    private static int LineSize => 64 / sizeof(T);

    /// <summary>Elements of a tile, or of a transposition.</summary>
    private static long AsideSize => Math.Max(ContractPanels<T, V, S>.Rows * PanelColumns, VectorLanes<T, V, S>.BlockSize);

    /// <summary>Step between rows of a block of a that is kept row by row: an odd number of lines.</summary>
    private long LeftStep =>
        ((_depthBlock + (2 * LineSize) - 1) / (2 * LineSize) * (2 * LineSize)) + LineSize;

    private int RowParts => Parts(_leftRows.Count, _rowBlock);

    /// <summary>Parts of a slab's columns, where there are few blocks of rows.</summary>
    private int ColumnParts => Math.Max(1, Math.Min(Parts(Blocks, RowParts), _slab.Columns / LeastColumns));

    /// <summary>Elements of scratch memory that each thread uses for itself, whole lines.</summary>
    private long OwnSize => AsideSize + (((_rowBlock * LeftStep) + LineSize - 1) / LineSize * LineSize);

    private long SlabSize => (long)Vectors(_slabColumns) * S.Width * Math.Min(_slabDepth, _leftDepth.Count);

    public override void Run(int worker)
    {
        var block = (T*)_scratch.Pointer(worker) + OwnSize;
        for (var i = 0L; i < _batch.Count; i++, _batch.Next())
        {
            for (var column = 0; column < _rightColumns.Count; column += _slabColumns)
            {
                for (var p = 0; p < _leftDepth.Count; p += _slabDepth)
                {
                    _slab = new Slab
                    {
                        Left = _left + _batch.Offsets[0],
                        Right = _right + _batch.Offsets[1],
                        Output = _output + _batch.Offsets[2],
                        Column = column,
                        Columns = Math.Min(_slabColumns, _rightColumns.Count - column),
                        P = p,
                        Depth = Math.Min(_slabDepth, _leftDepth.Count - p),
                        Block = block,
                    };
                    _isCopying = true;
                    Share(Parts(_slab.Depth, _depthBlock) * Parts(_slab.Panels, PanelsAtOnce), worker);
                    _isCopying = false;
                    Share(RowParts * ColumnParts, worker);
                }
            }
        }
    }

    void IParallelWork.Run(int item, int worker)
    {
        var aside = (T*)_scratch.Pointer(worker);
        if (_isCopying)
        {
            var parts = Parts(_slab.Panels, PanelsAtOnce);
            var p = item / parts * _depthBlock;
            var first = item % parts * PanelsAtOnce;
            ContractPanels<T, V, S>.PackColumns(
                _slab.Right,
                _rightColumns,
                _slab.Column,
                _slab.Columns,
                (first, Math.Min(first + PanelsAtOnce, _slab.Panels)),
                _rightDepth,
                _slab.P + p,
                Math.Min(_depthBlock, _slab.Depth - p),
                _slab.Block + (p * _slab.Step),
                aside);
            return;
        }

        var row = item % RowParts * _rowBlock;
        var part = item / RowParts;
        var (from, to) = (_slab.Panels * part / ColumnParts, _slab.Panels * (part + 1) / ColumnParts);
        Multiply(row, Math.Min(_rowBlock, _leftRows.Count - row), from, to, aside, aside + AsideSize);
    }

    private static int Vectors(int columns) => Parts(columns, S.Width);

    private static int Parts(int extent, int part) => (extent + part - 1) / part;

    /// <summary>Blocks of nearly one size, at most the largest and a multiple of a unit.</summary>
    private static int Even(int extent, int largest, int unit)
    {
        largest = Math.Max(unit, largest / unit * unit);
        var block = Parts(extent, Parts(extent, largest));
        return Math.Min(extent, Parts(block, unit) * unit);
    }

    /// <summary>
    /// The depth of a panel of b, or twice that where it is all: reading the output back for a second pass costs more than
    /// a panel that passes through the second-level cache, if rows of a are contiguous and need no panels.
    /// </summary>
    private int DepthBlock()
    {
        var depth = _leftDepth.Count;
        var largest = PanelBytes / (PanelColumns * sizeof(T));
        return depth <= 2 * largest && _leftDepth.IsContiguous(0, depth) ? depth : Even(depth, largest, 8);
    }

    private void Share(int items, int worker)
    {
        if (_team is not null)
        {
            _team.Run(this, items);
            return;
        }

        for (var item = 0; item < items; item++)
        {
            ((IParallelWork)this).Run(item, worker);
        }
    }

    /// <summary>The slab's part of a block of the output, one block of the depth after the other.</summary>
    private void Multiply(int row, int rows, int fromPanel, int toPanel, T* aside, T* block)
    {
        for (var p = 0; p < _slab.Depth; p += _depthBlock)
        {
            var (from, depth) = (_slab.P + p, Math.Min(_depthBlock, _slab.Depth - p));
            var isByRows = _leftDepth.IsContiguous(from, depth);
            if (isByRows)
            {
                ContractPanels<T, V, S>.CopyRows(
                    _slab.Left + _leftDepth[from], _leftRows, row, rows, depth, block, LeftStep);
            }
            else
            {
                ContractPanels<T, V, S>.PackRows(_slab.Left, _leftRows, row, rows, _leftDepth, from, depth, block);
            }

            var b = _slab.Block + (p * _slab.Step);
            for (var panel = fromPanel; panel < toPanel; panel++)
            {
                Multiply(row, rows, panel, depth, isByRows, _accumulate || from > 0, block, b, aside);
            }
        }
    }

    /// <summary>All rows of a block by a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int row, int rows, int panel, int depth, bool isByRows, bool accumulate, T* block, T* b, T* aside)
    {
        var first = ContractPanels<T, V, S>.Start(panel, Vectors(_slab.Columns));
        var vectors = ContractPanels<T, V, S>.Start(panel + 1, Vectors(_slab.Columns)) - first;
        var column = _slab.Column + (first * S.Width);
        var width = Math.Min(vectors * S.Width, _slab.Column + _slab.Columns - column);
        b += first * S.Width * depth;
        var factors = new ContractTile<T, V, S>.Factors
        {
            Depth = depth,
            BStep = vectors * S.Width,
            CRow = _outputRows.Step(row),
            Alpha = _alpha,
            Accumulate = accumulate,
            LastColumns = width - ((vectors - 1) * S.Width),
        };
        var areColumnsEven = _outputColumns.IsContiguous(column, width);
        var isEven = areColumnsEven && _outputRows.IsEven(row, rows);
        for (var r = 0; r < rows;)
        {
            // All whole tiles at once where the output's rows allow it; what remains is one lower tile.
            var height = Math.Min(ContractPanels<T, V, S>.Rows, rows - r);
            var tiles = isEven ? (rows - r) / height : 1;
            (factors.ARow, factors.AStep) = isByRows ? (LeftStep, 1) : (1, height);
            var step = isByRows ? height * LeftStep : ContractPanels<T, V, S>.Step(depth);
            (factors.ANext, factors.CNext) = (step, height * factors.CRow);
            var a = block + (r / ContractPanels<T, V, S>.Rows * (isByRows ? ContractPanels<T, V, S>.Rows * LeftStep : step));
            var code = ContractTile<T, V, S>.Code(height, vectors, isPartial: width % S.Width != 0);
            if (areColumnsEven && (isEven || _outputRows.IsEven(row + r, height)))
            {
                factors.CRow = _outputRows.Step(row + r);
                code(&factors, a, b, _slab.Output + _outputRows[row + r] + _outputColumns[column], tiles);
            }
            else
            {
                var apart = factors;
                (apart.CRow, apart.Accumulate) = (PanelColumns, false);
                code(&apart, a, b, aside, 1);
                Scatter(aside, row + r, height, column, width, accumulate);
            }

            r += tiles * height;
        }
    }

    /// <summary>Moves a tile that was formed aside to rows and columns that lie anyhow.</summary>
    private void Scatter(T* tile, int row, int rows, int column, int columns, bool accumulate)
    {
        for (var i = 0; i < rows; i++)
        {
            var source = tile + (i * PanelColumns);
            var target = _slab.Output + _outputRows[row + i];
            for (var j = 0; j < columns; j++)
            {
                ref var element = ref target[_outputColumns[column + j]];
                element = accumulate ? element + source[j] : source[j];
            }
        }
    }

    /// <summary>Columns and depth of a product that are copied before any row is multiplied by them.</summary>
    private readonly struct Slab
    {
        /// <summary>First element of the left factor, of this product of a batch.</summary>
        public T* Left { get; init; }

        /// <summary>First element of the right factor.</summary>
        public T* Right { get; init; }

        /// <summary>First element of the output.</summary>
        public T* Output { get; init; }

        public int Column { get; init; }

        public int Columns { get; init; }

        public int P { get; init; }

        public int Depth { get; init; }

        /// <summary>The copy: blocks of the depth, each panel after panel.</summary>
        public T* Block { get; init; }

        /// <summary>Elements of the copy for each depth.</summary>
        public int Step => Vectors(Columns) * S.Width;

        public int Panels => ContractPanels<T, V, S>.Count(Vectors(Columns));
    }
}
