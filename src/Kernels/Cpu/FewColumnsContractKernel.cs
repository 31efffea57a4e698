using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Products of many rows by columns too few to fill a vector, where rows are contiguous along a long depth: each element
/// of the output is a dot product. Columns are copied one after the other, and tiles of a few rows by all columns keep
/// their sums in vectors along the depth, so that the left factor goes through the processor once.
/// </summary>
internal sealed unsafe class FewColumnsContractKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private const int MostColumns = 4;
    private const int LeastRows = 8;

    /// <summary>Rows of a tile.</summary>
    private const int TileRows = 4;

    /// <summary>Bytes of a row, 32 vectors, that repay summing up their lanes.</summary>
    private const int LeastBytes = 2048;

    private readonly T* _left;
    private readonly T* _right;
    private readonly T* _output;
    private readonly Odometer _outer;
    private readonly ContractLoop _rows;
    private readonly ContractLoop _columns;
    private readonly ContractLoop _terms;
    private readonly long _step;
    private readonly Scratch _scratch;
    private readonly T _alpha;
    private readonly bool _accumulate;

    public FewColumnsContractKernel(ContractCall call, ContractAxes axes, HostMemory arena, Scratch scratch)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _alpha = T.CreateTruncating(call.Alpha);
        _accumulate = call.Accumulate;
        _rows = ContractAxes.Innermost(axes.Rows);
        _columns = ContractAxes.Innermost(axes.Columns);
        _terms = ContractAxes.Innermost(axes.Depth);
        _outer = ContractAxes.Odometer(ContractAxes.Loops(axes.Batch), ContractAxes.Outer(axes.Rows));
        _step = (_terms.Extent + S.Width - 1) / S.Width * S.Width;
        _scratch = scratch;
        scratch.Reserve((VectorLanes<T, V, S>.BlockSize + (MostColumns * _step)) * sizeof(T));
    }

    /// <summary>Whether a contraction is such a product.</summary>
    public static bool Suits(ContractAxes axes) => axes is
    {
        VectorAxisIsShared: false,
        Columns: { Rank: 1, Extents: [> 1 and <= MostColumns] },
        Depth.Rank: 1,
    } && ContractAxes.Innermost(axes.Depth) is { Left: 1 } depth && depth.Extent * sizeof(T) >= LeastBytes &&
        ContractAxes.Innermost(axes.Rows).Extent >= LeastRows;

    public override void Run(int worker)
    {
        var block = (T*)_scratch.Pointer(worker);
        var columns = block + VectorLanes<T, V, S>.BlockSize;
        var copiedFrom = -1L;
        for (var i = 0L; i < _outer.Count; i++, _outer.Next())
        {
            if (copiedFrom != _outer.Offsets[1])
            {
                copiedFrom = _outer.Offsets[1];
                Copy(_right + copiedFrom, columns, block);
            }

            var (left, output) = (_outer.Offsets[0], _outer.Offsets[2]);
            for (var row = 0L; row < _rows.Extent; row += TileRows)
            {
                var rows = (int)Math.Min(TileRows, _rows.Extent - row);
                var a = _left + left + (row * _rows.Left);
                var c = _output + output + (row * _rows.Output);
                switch (_columns.Extent)
                {
                    case 2:
                        Tile<Two>(a, columns, c, rows);
                        break;
                    case 3:
                        Tile<Three>(a, columns, c, rows);
                        break;
                    default:
                        Tile<Four>(a, columns, c, rows);
                        break;
                }
            }
        }
    }

    private void Copy(T* right, T* columns, T* block)
    {
        for (var p = 0L; p < _terms.Extent; p += S.Width)
        {
            var count = (int)Math.Min(S.Width, _terms.Extent - p);
            if (_columns.Right == 1)
            {
                VectorLanes<T, V, S>.Transpose(
                    right + (p * _terms.Right), _terms.Right, count, (int)_columns.Extent, columns + p, _step, block);
                continue;
            }

            for (var n = 0L; n < _columns.Extent; n++)
            {
                for (var k = p; k < p + count; k++)
                {
                    columns[(n * _step) + k] = right[(k * _terms.Right) + (n * _columns.Right)];
                }
            }
        }
    }

    /// <summary>A few rows by all columns. Where there is no such row, the last stands in, and is not stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tile<N>(T* a, T* b, T* c, int rows)
        where N : struct, IConstant
    {
        var zero = S.Broadcast(T.Zero);
        V c00 = zero, c01 = zero, c02 = zero, c03 = zero;
        V c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        V c20 = zero, c21 = zero, c22 = zero, c23 = zero;
        V c30 = zero, c31 = zero, c32 = zero, c33 = zero;
        var a1 = a + (Math.Min(1, rows - 1) * _rows.Left);
        var a2 = a + (Math.Min(2, rows - 1) * _rows.Left);
        var a3 = a + (Math.Min(3, rows - 1) * _rows.Left);
        var b1 = b + _step;
        var b2 = b1 + _step;
        var b3 = b2 + _step;
        var (i, extent) = (0L, _terms.Extent);
        for (; i <= extent - S.Width; i += S.Width)
        {
            var (v0, v1) = (S.Load(b + i), S.Load(b1 + i));
            var v2 = N.Value > 2 ? S.Load(b2 + i) : zero;
            var v3 = N.Value > 3 ? S.Load(b3 + i) : zero;
            Add<N>(S.Load(a + i), v0, v1, v2, v3, ref c00, ref c01, ref c02, ref c03);
            Add<N>(S.Load(a1 + i), v0, v1, v2, v3, ref c10, ref c11, ref c12, ref c13);
            Add<N>(S.Load(a2 + i), v0, v1, v2, v3, ref c20, ref c21, ref c22, ref c23);
            Add<N>(S.Load(a3 + i), v0, v1, v2, v3, ref c30, ref c31, ref c32, ref c33);
        }

        if (i < extent)
        {
            var mask = S.First((int)(extent - i));
            var (v0, v1) = (S.Load(b + i, mask), S.Load(b1 + i, mask));
            var v2 = N.Value > 2 ? S.Load(b2 + i, mask) : zero;
            var v3 = N.Value > 3 ? S.Load(b3 + i, mask) : zero;
            Add<N>(S.Load(a + i, mask), v0, v1, v2, v3, ref c00, ref c01, ref c02, ref c03);
            Add<N>(S.Load(a1 + i, mask), v0, v1, v2, v3, ref c10, ref c11, ref c12, ref c13);
            Add<N>(S.Load(a2 + i, mask), v0, v1, v2, v3, ref c20, ref c21, ref c22, ref c23);
            Add<N>(S.Load(a3 + i, mask), v0, v1, v2, v3, ref c30, ref c31, ref c32, ref c33);
        }

        Store<N>(c, c00, c01, c02, c03);
        if (rows > 1)
        {
            Store<N>(c + _rows.Output, c10, c11, c12, c13);
        }

        if (rows > 2)
        {
            Store<N>(c + (2 * _rows.Output), c20, c21, c22, c23);
        }

        if (rows > 3)
        {
            Store<N>(c + (3 * _rows.Output), c30, c31, c32, c33);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<N>(V a, V b0, V b1, V b2, V b3, ref V c0, ref V c1, ref V c2, ref V c3)
        where N : struct, IConstant
    {
        c0 = S.MultiplyAdd(a, b0, c0);
        c1 = S.MultiplyAdd(a, b1, c1);
        c2 = N.Value > 2 ? S.MultiplyAdd(a, b2, c2) : c2;
        c3 = N.Value > 3 ? S.MultiplyAdd(a, b3, c3) : c3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store<N>(T* c, V c0, V c1, V c2, V c3)
        where N : struct, IConstant
    {
        Store(c, S.Sum(c0));
        Store(c + _columns.Output, S.Sum(c1));
        if (N.Value > 2)
        {
            Store(c + (2 * _columns.Output), S.Sum(c2));
        }

        if (N.Value > 3)
        {
            Store(c + (3 * _columns.Output), S.Sum(c3));
        }
    }

    private void Store(T* element, T total) =>
        *element = _accumulate ? T.FusedMultiplyAdd(_alpha, total, *element) : _alpha * total;
}
