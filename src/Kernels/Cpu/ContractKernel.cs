using System.Numerics;
using System.Runtime.InteropServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Contractions as many small matrix products. Labels are sorted into batch axes (in both factors and the output), rows
/// (in the left factor and the output), columns (in the right factor and the output) and depth (summed); merged loops
/// of each kind leave one row, column and depth loop for the tiles and the rest to an odometer. The factor that owns the
/// output's innermost axis plays the right one, so that tiles store whole vectors; with a trailing axis of directions,
/// that axis fills the vectors however small the matrices are.
/// </summary>
internal static class ContractKernel
{
    public static CpuKernel Prepare<T, V, S>(ContractCall call, HostMemory arena, Scratch scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct
        where S : struct, ISimd<T, V>
    {
        var axes = ContractAxes.Of(call);
        if (axes.Depth.Extents.Any(extent => extent == 0))
        {
            return call.Accumulate ? new MapKernel<T, V, S>(Identity(call.Output), arena)
                : new FillKernel<T>(new FillCall(0, call.Output), arena);
        }

        if (!axes.VectorAxisIsShared && PackedContractKernel<T, V, S>.Suits(axes))
        {
            return new PackedContractKernel<T, V, S>(call, axes, arena, scratch);
        }

        return axes.VectorAxisIsShared || axes.RightIsReadAlongDepth || axes.OutputIsScattered
            ? new RowContractKernel<T, V, S>(call, axes, arena)
            : new TileContractKernel<T, V, S>(call, axes, arena);
    }

    /// <summary>What adding an empty sum does.</summary>
    private static MapCall Identity(Operand output) => new([output], [new MapStep(MapFunction.Copy, 0)], output);
}

/// <summary>Products by register tiles.</summary>
internal sealed unsafe class TileContractKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Depth of one pass: four vectors of each of so many rows of b stay in the first-level cache.</summary>
    private const int DepthBlock = 128;

    private readonly T* _left;
    private readonly T* _right;
    private readonly T* _output;
    private readonly Odometer _outer;
    private readonly Odometer _depth;
    private readonly long _rows;
    private readonly long _columns;
    private readonly long _depthCount;
    private readonly long _rightColumn;
    private readonly T* _packed;
    private readonly T* _edge;
    private readonly nint[] _tiles;
    private ContractTile<T, V, S>.Factors _factors;
    private readonly long _rightStep;
    private readonly bool _accumulate;

    public TileContractKernel(ContractCall call, ContractAxes axes, HostMemory arena)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _accumulate = call.Accumulate;

        var rows = ContractAxes.Innermost(axes.Rows);
        var columns = ContractAxes.Innermost(axes.Columns);
        var depth = ContractAxes.Innermost(axes.Depth);
        (_rows, _columns, _depthCount) = (rows.Extent, columns.Extent, depth.Extent);
        (_rightColumn, _rightStep) = (columns.Right, depth.Right);
        _factors = new ContractTile<T, V, S>.Factors
        {
            ARow = rows.Left,
            AStep = depth.Left,
            BStep = depth.Right,
            CRow = rows.Output,
            Alpha = T.CreateTruncating(call.Alpha),
        };

        // Rows turn innermost, so that columns packed once serve all of them.
        _outer = ContractAxes.Odometer(axes.Batch, ContractAxes.Outer(axes.Columns), ContractAxes.Outer(axes.Rows));
        _depth = ContractAxes.Odometer(ContractAxes.Outer(axes.Depth));
        if ((_rightColumn != 1 && _columns > 1) || _columns < S.Width)
        {
            // Padded to whole vectors, so that tiles serve the last columns too.
            _factors.BStep = (_columns + S.Width - 1) / S.Width * S.Width;
            var bytes = (nuint)(_factors.BStep * _depthCount * sizeof(T));
            _packed = (T*)NativeMemory.AlignedAlloc(bytes, 64);
            NativeMemory.Clear(_packed, bytes);
            _edge = (T*)NativeMemory.AlignedAlloc((nuint)(ContractTile<T, V, S>.MaxRows * S.Width * sizeof(T)), 64);
        }

        _tiles = new nint[ContractTile<T, V, S>.MaxRows * ContractTile<T, V, S>.MaxVectors];
        for (var i = 0; i < _tiles.Length; i++)
        {
            _tiles[i] = (nint)ContractTile<T, V, S>.Code(
                (i / ContractTile<T, V, S>.MaxVectors) + 1, (i % ContractTile<T, V, S>.MaxVectors) + 1);
        }
    }

    public override void Run(int worker)
    {
        var packedFrom = -1L;
        _outer.Reset();
        for (var i = 0L; i < _outer.Count; i++, _outer.Next())
        {
            var accumulate = _accumulate;
            _depth.Reset();
            for (var j = 0L; j < _depth.Count; j++, _depth.Next())
            {
                var left = _left + _outer.Offsets[0] + _depth.Offsets[0];
                var from = _outer.Offsets[1] + _depth.Offsets[1];
                var right = _right + from;
                if (_packed != null)
                {
                    if (packedFrom != from)
                    {
                        Pack(right);
                        packedFrom = from;
                    }

                    right = _packed;
                }

                for (var p = 0L; p < _depthCount; p += DepthBlock)
                {
                    _factors.Depth = Math.Min(DepthBlock, _depthCount - p);
                    _factors.Accumulate = accumulate;
                    Product(left + (p * _factors.AStep), right + (p * _factors.BStep), _output + _outer.Offsets[2]);
                    accumulate = true;
                }
            }
        }
    }

    public override void Dispose()
    {
        NativeMemory.AlignedFree(_packed);
        NativeMemory.AlignedFree(_edge);
    }

    private void Product(T* a, T* b, T* c)
    {
        fixed (ContractTile<T, V, S>.Factors* factors = &_factors)
        {
            var column = 0L;
            while (_columns - column >= S.Width)
            {
                var vectors = (int)Math.Min(ContractTile<T, V, S>.MaxVectors, (_columns - column) / S.Width);
                for (var row = 0L; row < _rows;)
                {
                    var rows = (int)Math.Min(ContractTile<T, V, S>.MaxRows, _rows - row);
                    var tile = (delegate*<ContractTile<T, V, S>.Factors*, T*, T*, T*, void>)
                        _tiles[((rows - 1) * ContractTile<T, V, S>.MaxVectors) + vectors - 1];
                    tile(factors, a + (row * _factors.ARow), b + column, c + (row * _factors.CRow) + column);
                    row += rows;
                }

                column += vectors * S.Width;
            }

            if (column < _columns && _packed != null)
            {
                Edge(factors, a, b + column, c + column, (int)(_columns - column));
            }
            else if (column < _columns)
            {
                ContractTile<T, V, S>.Columns(factors, a, b + column, c + column, _rows, _columns - column);
            }
        }
    }

    /// <summary>The last columns, fewer than a vector, by way of a tile of whole vectors.</summary>
    private void Edge(ContractTile<T, V, S>.Factors* factors, T* a, T* b, T* c, int columns)
    {
        var edge = *factors;
        edge.CRow = S.Width;
        edge.Accumulate = false;
        for (var row = 0L; row < _rows;)
        {
            var rows = (int)Math.Min(ContractTile<T, V, S>.MaxRows, _rows - row);
            var tile = (delegate*<ContractTile<T, V, S>.Factors*, T*, T*, T*, void>)
                _tiles[(rows - 1) * ContractTile<T, V, S>.MaxVectors];
            tile(&edge, a + (row * edge.ARow), b, _edge);
            for (var m = 0; m < rows; m++, row++)
            {
                var target = c + (row * factors->CRow);
                for (var n = 0; n < columns; n++)
                {
                    target[n] = factors->Accumulate ? target[n] + _edge[(m * S.Width) + n] : _edge[(m * S.Width) + n];
                }
            }
        }
    }

    private void Pack(T* right)
    {
        for (var n = 0L; n < _columns; n++)
        {
            var source = right + (n * _rightColumn);
            var target = _packed + n;
            for (var p = 0L; p < _depthCount; p++)
            {
                *target = *source;
                source += _rightStep;
                target += _factors.BStep;
            }
        }
    }
}
