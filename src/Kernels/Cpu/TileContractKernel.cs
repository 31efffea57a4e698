using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Products by register tiles that read the factors where they lie; only right factors whose columns are not contiguous
/// are copied, transposed. What tiles cover a product is decided once: at most six strips of equal tiles, each a loop
/// in the tile's own code inside a second loop here. A product of a single tile or line of tiles is looped over its
/// batch in the same way, so that a batch of small products costs little more than its arithmetic.
/// </summary>
internal sealed unsafe class TileContractKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Depth of one pass: the vectors of so many rows of b stay in the first-level cache.</summary>
    private const int DepthBlock = 128;

    /// <summary>Depth of one pass where b streams from memory, row after row.</summary>
    private const int StreamedDepth = 16;

    /// <summary>Bytes of right factors of a batch that are copied together, which stay in the first-level cache.</summary>
    private const int GroupBytes = 16 << 10;

    /// <summary>Bytes of a right factor that stays in the second-level cache.</summary>
    private const int CachedBytes = 256 << 10;

    private readonly T* _left;
    private readonly T* _right;
    private readonly T* _output;
    private readonly Odometer _outer;
    private readonly Odometer _depth;
    private readonly ContractLoop _rows;
    private readonly ContractLoop _columns;
    private readonly ContractLoop _terms;
    private readonly long _depthBlock;
    private readonly long _rightStep;
    private readonly bool _isPacked;
    private readonly bool _isOnePass;
    private readonly bool _accumulate;
    private readonly Scratch _scratch;
    private readonly Strip[] _strips;
    private readonly ContractLoop _group;
    private readonly long _groupSize;

    public TileContractKernel(ContractCall call, ContractAxes axes, HostMemory arena, Scratch scratch)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _accumulate = call.Accumulate;
        _scratch = scratch;
        _rows = ContractAxes.Innermost(axes.Rows);
        _columns = ContractAxes.Innermost(axes.Columns);
        _terms = ContractAxes.Innermost(axes.Depth);
        _depth = ContractAxes.Odometer(ContractAxes.Outer(axes.Depth));
        _isPacked = IsPacked(axes);
        _rightStep = _isPacked ? Padded(_columns.Extent) : _terms.Right;
        var isStreamed = !_isPacked && _columns.Extent * _terms.Extent * sizeof(T) > CachedBytes;
        var isAlongColumns = Count(_rows.Extent, ContractTile<T, V, S>.MaxRows(Vectors(isStreamed))) == 1 ||
            _terms.Extent <= 2;
        _depthBlock = isStreamed && isAlongColumns ? StreamedDepth : DepthBlock;
        _isOnePass = _depth.Count == 1 && _terms.Extent <= _depthBlock;
        _strips = [.. Strips(call, Vectors(isStreamed), isAlongColumns)];

        // Rows turn innermost, so that columns packed once serve all of them.
        ContractLoop[] outer =
        [
            .. ContractAxes.Loops(axes.Batch), .. ContractAxes.Outer(axes.Columns), .. ContractAxes.Outer(axes.Rows),
        ];
        while (outer.Length > 0 && !_isPacked && _isOnePass && _strips is [{ Turns: 1 }])
        {
            _strips[0] = _strips[0].Over(outer[^1]);
            outer = outer[..^1];
        }

        // Small right factors of a batch are copied several at a time, and their products are then a loop as above.
        var copySize = _rightStep * _terms.Extent;
        _group = new ContractLoop(1, 0, 0, 0);
        _groupSize = 1;
        if (_isPacked && _isOnePass && outer is [.., { Right: not 0 } last] && _strips is [{ Turns: 1 }] &&
            2 * copySize * sizeof(T) <= GroupBytes)
        {
            _group = last;
            _groupSize = Math.Min(last.Extent, GroupBytes / (copySize * sizeof(T)));
            _strips[0] = _strips[0].Over(last with { Extent = _groupSize, Right = copySize });
            outer = outer[..^1];
        }

        if (_isPacked)
        {
            scratch.Reserve((VectorLanes<T, V, S>.BlockSize + (_groupSize * copySize)) * sizeof(T));
        }

        _outer = ContractAxes.Odometer(outer);
    }

    /// <summary>Whether the right factor must be copied, and takes too much memory to be copied whole.</summary>
    public static bool IsTooLargeToCopy(ContractAxes axes) => IsPacked(axes) &&
        Padded(ContractAxes.Innermost(axes.Columns).Extent) * ContractAxes.Innermost(axes.Depth).Extent * sizeof(T) >
        CachedBytes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int worker)
    {
        var block = _isPacked ? (T*)_scratch.Pointer(worker) : null;
        var packed = block + VectorLanes<T, V, S>.BlockSize;
        var packedFrom = -1L;
        for (var i = 0L; i < _outer.Count; i++, _outer.Next())
        {
            var left = _left + _outer.Offsets[0];
            var output = _output + _outer.Offsets[2];
            if (_isOnePass && !_isPacked)
            {
                Product(left, _right + _outer.Offsets[1], output);
                continue;
            }

            if (_groupSize > 1)
            {
                Groups(left, _right + _outer.Offsets[1], output, packed, block);
                continue;
            }

            var accumulate = _accumulate;
            for (var j = 0L; j < _depth.Count; j++, _depth.Next())
            {
                var from = _outer.Offsets[1] + _depth.Offsets[1];
                var right = _right + from;
                if (_isPacked)
                {
                    if (packedFrom != from)
                    {
                        Pack(right, packed, block);
                        packedFrom = from;
                    }

                    right = packed;
                }

                for (var p = 0L; p < _terms.Extent; p += _depthBlock)
                {
                    foreach (ref var strip in _strips.AsSpan())
                    {
                        strip.Factors.Depth = Math.Min(_depthBlock, _terms.Extent - p);
                        strip.Factors.Accumulate = accumulate;
                    }

                    Product(left + _depth.Offsets[0] + (p * _terms.Left), right + (p * _rightStep), output);
                    accumulate = true;
                }
            }
        }
    }

    private static bool IsPacked(ContractAxes axes) =>
        ContractAxes.Innermost(axes.Columns) is { Extent: > 1, Right: not 1 };

    private static long Padded(long columns) => Count(columns, S.Width) * S.Width;

    private static long Count(long extent, long part) => (extent + part - 1) / part;

    /// <summary>The most vectors of a tile: fewer, where all rows then fit in a tile and b is read only once.</summary>
    private int Vectors(bool isStreamed)
    {
        var vectors = ContractTile<T, V, S>.MaxVectors;
        while (isStreamed && vectors > 2 && ContractTile<T, V, S>.MaxRows(vectors) < _rows.Extent &&
            ContractTile<T, V, S>.MaxRows(vectors - 1) >= _rows.Extent)
        {
            vectors--;
        }

        return vectors;
    }

    /// <summary>Products of a batch whose right factors are copied several at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Groups(T* left, T* right, T* output, T* packed, T* block)
    {
        for (var first = 0L; first < _group.Extent; first += _groupSize)
        {
            var count = Math.Min(_groupSize, _group.Extent - first);
            for (var i = 0L; i < count; i++, right += _group.Right)
            {
                Pack(right, packed + (i * _rightStep * _terms.Extent), block);
            }

            ref var strip = ref _strips[0];
            strip.Repeat(count);
            Product(left, packed, output);
            left += count * _group.Left;
            output += count * _group.Output;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Product(T* left, T* right, T* output)
    {
        foreach (ref var strip in _strips.AsSpan())
        {
            var a = left + strip.From.Left;
            var b = right + strip.From.Right;
            var c = output + strip.From.Output;
            fixed (ContractTile<T, V, S>.Factors* factors = &strip.Factors)
            {
                for (var turn = strip.Turns; turn > 0; turn--)
                {
                    strip.Code(factors, a, b, c, strip.Tiles);
                    a += strip.Turn.Left;
                    b += strip.Turn.Right;
                    c += strip.Turn.Output;
                }
            }
        }
    }

    /// <summary>Tiles of nearly equal rows and vectors; columns that fill no vector end the last tiles.</summary>
    private IEnumerable<Strip> Strips(ContractCall call, int maxVectors, bool isAlongColumns)
    {
        var vectors = Count(_columns.Extent, S.Width);
        var strips = new List<Strip>();
        foreach (var (firstVector, width, panels) in Parts(vectors, maxVectors, _columns.Extent % S.Width != 0))
        {
            foreach (var (row, height, tiles) in Parts(_rows.Extent, ContractTile<T, V, S>.MaxRows((int)width), false))
            {
                var lastColumns = _columns.Extent - ((vectors - 1) * S.Width);
                var isPartial = firstVector + (width * panels) == vectors && lastColumns < S.Width;
                var column = firstVector * S.Width;
                var strip = new Strip
                {
                    Factors = new ContractTile<T, V, S>.Factors
                    {
                        Depth = Math.Min(_terms.Extent, _depthBlock),
                        ARow = _rows.Left,
                        AStep = _terms.Left,
                        BStep = _rightStep,
                        CRow = _rows.Output,
                        Alpha = T.CreateTruncating(call.Alpha),
                        Accumulate = call.Accumulate,
                        LastColumns = (int)lastColumns,
                    },
                    Code = ContractTile<T, V, S>.Code((int)height, (int)width, isPartial),
                    From = new ContractLoop(0, row * _rows.Left, column, (row * _rows.Output) + column),
                };
                var down = new ContractLoop(tiles, height * _rows.Left, 0, height * _rows.Output);
                var across = new ContractLoop(panels, 0, width * S.Width, width * S.Width);
                var (inner, outer) = isAlongColumns ? (across, down) : (down, across);
                (inner, outer) = inner.Extent == 1 ? (outer, inner) : (inner, outer);
                strips.Add(strip.Over(inner).Over(outer));
            }
        }

        return strips;
    }

    /// <summary>
    /// Cuts an extent into parts that differ by one at most, and says where each kind of part begins, how large it is
    /// and how many there are; the very last part by itself where asked for.
    /// </summary>
    private static IEnumerable<(long From, long Size, long Count)> Parts(long extent, long largest, bool isLastApart)
    {
        var parts = Count(extent, largest);
        var (size, longer) = (extent / parts, extent % parts);
        var shorter = parts - longer - (isLastApart ? 1 : 0);
        if (longer > 0)
        {
            yield return (0, size + 1, longer);
        }

        if (shorter > 0)
        {
            yield return (longer * (size + 1), size, shorter);
        }

        if (isLastApart)
        {
            yield return (extent - size, size, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(T* right, T* packed, T* block)
    {
        for (var column = 0L; column < _columns.Extent; column += S.Width)
        {
            var columns = (int)Math.Min(S.Width, _columns.Extent - column);
            var source = right + (column * _columns.Right);
            var target = packed + column;
            for (var p = 0L; p < _terms.Extent;)
            {
                if (_terms.Right == 1)
                {
                    var rows = (int)Math.Min(S.Width, _terms.Extent - p);
                    VectorLanes<T, V, S>.Transpose(
                        source + p, _columns.Right, columns, rows, target + (p * _rightStep), _rightStep, block);
                    p += rows;
                    continue;
                }

                S.Store(S.Broadcast(T.Zero), target + (p * _rightStep));
                for (var n = 0; n < columns; n++)
                {
                    target[(p * _rightStep) + n] = source[(p * _terms.Right) + (n * _columns.Right)];
                }

                p++;
            }
        }
    }

    /// <summary>Equal tiles at even steps, in two loops.</summary>
    private struct Strip
    {
        /// <summary>What the tiles share.</summary>
        public ContractTile<T, V, S>.Factors Factors;

        /// <summary>The tiles' code.</summary>
        public delegate*<ContractTile<T, V, S>.Factors*, T*, T*, T*, long, void> Code;

        /// <summary>Where the first tile begins.</summary>
        public ContractLoop From;

        /// <summary>Number of tiles of the inner loop; none before there is one.</summary>
        public long Tiles;

        /// <summary>Number of turns of the outer loop.</summary>
        public long Turns;

        /// <summary>Steps of the outer loop.</summary>
        public ContractLoop Turn;

        /// <summary>Whether the outermost loop is that of turns.</summary>
        private bool _hasTurns;

        /// <summary>Changes the number of turns of the outermost loop.</summary>
        public void Repeat(long count)
        {
            if (_hasTurns)
            {
                Turns = count;
            }
            else
            {
                Tiles = count;
            }
        }

        /// <summary>The strip with one loop more around it.</summary>
        public readonly Strip Over(ContractLoop loop)
        {
            var strip = this;
            if (Tiles <= 1)
            {
                strip.Tiles = loop.Extent;
                strip.Turns = 1;
                (strip.Factors.ANext, strip.Factors.BNext, strip.Factors.CNext) = (loop.Left, loop.Right, loop.Output);
            }
            else
            {
                (strip.Turn, strip.Turns, strip._hasTurns) = (loop, loop.Extent, true);
            }

            return strip;
        }
    }
}
