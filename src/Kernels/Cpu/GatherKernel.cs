using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Where the rows of a table and of a list of rows by number lie; shared by gather and scatter-add.</summary>
internal sealed class RowIndex
{
    public RowIndex(Operand table, Operand indices, Operand rows)
    {
        var rank = indices.Shape.Rank;
        var list = LoopNest.Over(
            [.. indices.Shape.Select(extent => (long)extent)],
            indices.Strides.ToArray(),
            rows.Strides[..rank].ToArray());
        List = new Odometer(list.Extents, list.Strides);
        (Count, Step) = (table.Shape[0], table.Strides[0]);
        var row = LoopNest.Over(
            [.. table.Shape.Skip(1).Select(extent => (long)extent)],
            table.Strides[1..].ToArray(),
            rows.Strides[rank..].ToArray());
        var outer = Math.Max(0, row.Rank - 1);
        Length = row.Rank == 0 ? 1 : row.Extents[^1];
        (TableStep, RowStep) = row.Rank == 0 ? (1, 1) : (row.Strides[0][^1], row.Strides[1][^1]);
        Runs = new Odometer(row.Extents[..outer], [row.Strides[0][..outer], row.Strides[1][..outer]]);
    }

    /// <summary>Offsets of indices and listed rows.</summary>
    public Odometer List { get; }

    /// <summary>Rows of the table.</summary>
    public int Count { get; }

    /// <summary>Step from one row of the table to the next.</summary>
    public long Step { get; }

    /// <summary>Offsets in a row of the table and in a listed row where runs of elements start.</summary>
    public Odometer Runs { get; }

    /// <summary>Elements of a run.</summary>
    public long Length { get; }

    /// <summary>Step along a run in the table.</summary>
    public long TableStep { get; }

    /// <summary>Step along a run in a listed row.</summary>
    public long RowStep { get; }
}

/// <summary>Copies rows of a table by number.</summary>
internal sealed unsafe class GatherKernel<T>(GatherCall call, HostMemory arena) : CpuKernel
    where T : unmanaged, INumber<T>
{
    private readonly T* _table = (T*)(arena.Pointer + call.Table.Offset);
    private readonly int* _indices = (int*)(arena.Pointer + call.Indices.Offset);
    private readonly T* _output = (T*)(arena.Pointer + call.Output.Offset);
    private readonly T _outside = T.CreateTruncating(call.Outside);
    private readonly RowIndex _rows = new(call.Table, call.Indices, call.Output);

    public override void Run(int worker)
    {
        _rows.List.Reset();
        for (var i = 0L; i < _rows.List.Count; i++, _rows.List.Next())
        {
            var index = _indices[_rows.List.Offsets[0]];
            var isRow = index >= 0 && index < _rows.Count;
            _rows.Runs.Reset();
            for (var run = 0L; run < _rows.Runs.Count; run++, _rows.Runs.Next())
            {
                var source = _table + (isRow ? index * _rows.Step : 0) + _rows.Runs.Offsets[0];
                var target = _output + _rows.List.Offsets[1] + _rows.Runs.Offsets[1];
                if (isRow && _rows is { TableStep: 1, RowStep: 1 })
                {
                    new ReadOnlySpan<T>(source, checked((int)_rows.Length)).CopyTo(new Span<T>(target, (int)_rows.Length));
                    continue;
                }

                for (var j = 0L; j < _rows.Length; j++)
                {
                    target[j * _rows.RowStep] = isRow ? source[j * _rows.TableStep] : _outside;
                }
            }
        }
    }
}

/// <summary>Adds rows to the rows of a table by number, one after the other.</summary>
internal sealed unsafe class ScatterAddKernel<T, V, S>(ScatterAddCall call, HostMemory arena) : CpuKernel
    where T : unmanaged, INumber<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T* _input = (T*)(arena.Pointer + call.Rows.Offset);
    private readonly int* _indices = (int*)(arena.Pointer + call.Indices.Offset);
    private readonly T* _output = (T*)(arena.Pointer + call.Output.Offset);
    private readonly FillKernel<T> _zero = new(new FillCall(0, call.Output), arena);
    private readonly RowIndex _rows = new(call.Output, call.Indices, call.Rows);

    public override void Run(int worker)
    {
        _zero.Run(worker);
        _rows.List.Reset();
        for (var i = 0L; i < _rows.List.Count; i++, _rows.List.Next())
        {
            var index = _indices[_rows.List.Offsets[0]];
            if (index < 0 || index >= _rows.Count)
            {
                continue;
            }

            _rows.Runs.Reset();
            for (var run = 0L; run < _rows.Runs.Count; run++, _rows.Runs.Next())
            {
                var target = _output + (index * _rows.Step) + _rows.Runs.Offsets[0];
                var source = _input + _rows.List.Offsets[1] + _rows.Runs.Offsets[1];
                var j = 0L;
                if (_rows is { TableStep: 1, RowStep: 1 })
                {
                    for (; j <= _rows.Length - S.Width; j += S.Width)
                    {
                        S.Store(S.Add(S.Load(target + j), S.Load(source + j)), target + j);
                    }
                }

                for (; j < _rows.Length; j++)
                {
                    target[j * _rows.TableStep] += source[j * _rows.RowStep];
                }
            }
        }
    }
}
