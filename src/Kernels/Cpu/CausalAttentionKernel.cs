using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Causal attention, a block of query rows at a time: their scores with the keys up to the last of them, the softmax of
/// each row, and the mean of the values. Keys are packed transposed, queries and values row by row, so that both products
/// run on the tiles of <see cref="ContractTile{T, V, S}"/>; what no row may see is not computed. Vectors are padded with
/// whatever is there: no lane that is used depends on one that is not.
/// </summary>
internal sealed unsafe class CausalAttentionKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Query rows of a block.</summary>
    private const int Block = 24;

    private readonly T*[] _inputs;
    private readonly T* _output;
    private readonly Odometer _heads;
    private readonly long[][] _steps;
    private readonly int _length;
    private readonly int _width;
    private readonly int _paddedLength;
    private readonly int _paddedWidth;
    private readonly T _scale;
    private readonly Scratch _scratch;

    // Parts of the scratch memory.
    private T* _square;
    private T* _rows;
    private T* _queries;
    private T* _keys;
    private T* _values;
    private T* _scores;
    private T* _means;

    public CausalAttentionKernel(CausalAttentionCall call, HostMemory arena, Scratch scratch)
    {
        Operand[] operands = [call.Query, call.Key, call.Value, call.Output];
        _inputs = new T*[3];
        for (var i = 0; i < _inputs.Length; i++)
        {
            _inputs[i] = (T*)(arena.Pointer + operands[i].Offset);
        }

        _output = (T*)(arena.Pointer + call.Output.Offset);
        var shape = call.Query.Shape;
        _heads = new Odometer([shape[0], shape[1]], [.. operands.Select(operand => operand.Strides[..2].ToArray())]);
        _steps = [.. operands.Select(operand => operand.Strides[2..].ToArray())];
        (_length, _width, _scale) = (shape[2], shape[3], T.CreateTruncating(call.Scale));
        (_paddedLength, _paddedWidth) = (HeadTiles<T, V, S>.Padded(_length), HeadTiles<T, V, S>.Padded(_width));
        _scratch = scratch;
        scratch.Reserve(Divide(null) * sizeof(T));
    }

    public override void Run(int worker)
    {
        Divide((T*)_scratch.Pointer(worker));
        _heads.Reset();
        for (var head = 0L; head < _heads.Count; head++, _heads.Next())
        {
            Pack(0, _queries);
            Pack(1, _rows);
            HeadTiles<T, V, S>.Transpose(_rows, _paddedWidth, _length, _width, _keys, _paddedLength, _square);
            Pack(2, _values);
            for (var first = 0; first < _length; first += Block)
            {
                Attend(first, Math.Min(Block, _length - first));
            }
        }
    }

    /// <summary>Finds the parts of scratch memory that begins somewhere; the result is how many elements they have.</summary>
    private long Divide(T* start)
    {
        var (rows, columns) = (_length * (long)_paddedWidth, _width * (long)_paddedLength);
        _square = start;
        _rows = _square + VectorLanes<T, V, S>.BlockSize;
        _queries = _rows + rows;
        _values = _queries + rows;
        _keys = _values + rows;
        _scores = _keys + columns;
        _means = _scores + (Block * (long)_paddedLength);
        return VectorLanes<T, V, S>.BlockSize + (3 * rows) + columns + (Block * (long)(_paddedLength + _paddedWidth));
    }

    private void Pack(int operand, T* rows) => HeadTiles<T, V, S>.Copy(
        _inputs[operand] + _heads.Offsets[operand],
        _steps[operand][0],
        _steps[operand][1],
        rows,
        _paddedWidth,
        1,
        _length,
        _width);

    private void Attend(int first, int rows)
    {
        // (rows, seen) = (rows, D) (D, seen)
        var seen = first + rows;
        var scores = new ContractTile<T, V, S>.Factors
        {
            Depth = _width, ARow = _paddedWidth, AStep = 1, BStep = _paddedLength, CRow = _paddedLength, Alpha = _scale,
        };
        HeadTiles<T, V, S>.Product(scores, _queries + ((long)first * _paddedWidth), _keys, _scores, rows, seen);
        var totals = stackalloc T[Block];
        for (var row = 0; row < rows; row++)
        {
            totals[row] = Powers(_scores + ((long)row * _paddedLength), first + row + 1, seen);
        }

        // (rows, D) = (rows, seen) (seen, D)
        var means = new ContractTile<T, V, S>.Factors
        {
            Depth = seen, ARow = _paddedLength, AStep = 1, BStep = _paddedWidth, CRow = _paddedWidth, Alpha = T.One,
        };
        HeadTiles<T, V, S>.Product(means, _scores, _values, _means, rows, _width);
        for (var row = 0; row < rows; row++)
        {
            var share = S.Broadcast(T.One / totals[row]);
            var mean = _means + ((long)row * _paddedWidth);
            for (var d = 0; d < _paddedWidth; d += S.Width)
            {
                S.Store(S.Multiply(share, S.Load(mean + d)), mean + d);
            }
        }

        var output = _output + _heads.Offsets[3] + (first * _steps[3][0]);
        HeadTiles<T, V, S>.Copy(_means, _paddedWidth, 1, output, _steps[3][0], _steps[3][1], rows, _width);
    }

    /// <summary>
    /// Exponentials of the first scores of a row, shifted; zeros for the rest. The result is their sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Powers(T* row, int visible, int seen)
    {
        var set = new RowSet<T>
        {
            Input = row,
            InputStep = S.Width,
            Output = row,
            OutputStep = S.Width,
            Vectors = visible / S.Width,
            Tail = visible % S.Width,
            Rows = 1,
            IsAlong = true,
        };
        T shift, total;
        RowNumbers<T, V, S> shifts = new(&shift, isAlong: true), totals = new(&total, isAlong: true);
        RowPowers<T, V, S>.Shifts(&set, 1, shifts);
        RowPowers<T, V, S>.Powers(&set, 1, shifts, totals);
        new Span<T>(row + visible, seen - visible).Clear();
        return total;
    }
}
