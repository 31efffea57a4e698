using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Causal attention, a few query rows at a time: their scores with the keys up to the last of them, the softmax of each
/// row, and the mean of the values. Keys are packed transposed and values row by row, so that both products run on the
/// tiles of <see cref="ContractTile{T, V, S}"/>; what no row may see is not computed. Vectors are padded with whatever is
/// there: no lane that is used depends on one that is not.
/// </summary>
internal sealed unsafe class CausalAttentionKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private const int Rows = ContractTile<T, V, S>.MaxRows;

    private readonly T* _query;
    private readonly T* _key;
    private readonly T* _value;
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
    private T* _keys;
    private T* _values;
    private T* _scores;
    private T* _means;

    public CausalAttentionKernel(CausalAttentionCall call, HostMemory arena, Scratch scratch)
    {
        _query = (T*)(arena.Pointer + call.Query.Offset);
        _key = (T*)(arena.Pointer + call.Key.Offset);
        _value = (T*)(arena.Pointer + call.Value.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        Operand[] operands = [call.Query, call.Key, call.Value, call.Output];
        var shape = call.Query.Shape;
        _heads = new Odometer([shape[0], shape[1]], [.. operands.Select(operand => operand.Strides[..2].ToArray())]);
        _steps = [.. operands.Select(operand => operand.Strides[2..].ToArray())];
        (_length, _width, _scale) = (shape[2], shape[3], T.CreateTruncating(call.Scale));
        (_paddedLength, _paddedWidth) = (Padded(_length), Padded(_width));
        _scratch = scratch;
        scratch.Reserve(((_width + Rows) * (long)_paddedLength + (_length + Rows) * (long)_paddedWidth) * sizeof(T));

        static int Padded(int extent) => (extent + S.Width - 1) / S.Width * S.Width;
    }

    public override void Run(int worker)
    {
        _keys = (T*)_scratch.Pointer(worker);
        _values = _keys + (_width * (long)_paddedLength);
        _scores = _values + (_length * (long)_paddedWidth);
        _means = _scores + (Rows * (long)_paddedLength);
        _heads.Reset();
        for (var head = 0L; head < _heads.Count; head++, _heads.Next())
        {
            Pack();
            for (var row = 0; row < _length; row += Rows)
            {
                Attend(row, Math.Min(Rows, _length - row));
            }
        }
    }

    private void Pack()
    {
        var key = _key + _heads.Offsets[1];
        var value = _value + _heads.Offsets[2];
        for (var j = 0; j < _length; j++)
        {
            for (var d = 0; d < _width; d++)
            {
                _keys[((long)d * _paddedLength) + j] = key[(j * _steps[1][0]) + (d * _steps[1][1])];
                _values[((long)j * _paddedWidth) + d] = value[(j * _steps[2][0]) + (d * _steps[2][1])];
            }
        }
    }

    private void Attend(int first, int rows)
    {
        var seen = first + rows;
        var scores = new ContractTile<T, V, S>.Factors
        {
            Depth = _width,
            ARow = _steps[0][0],
            AStep = _steps[0][1],
            BStep = _paddedLength,
            CRow = _paddedLength,
            Alpha = _scale,
        };
        Product(&scores, rows, seen, _query + _heads.Offsets[0] + (first * _steps[0][0]), _keys, _scores);
        var totals = stackalloc T[Rows];
        for (var row = 0; row < rows; row++)
        {
            totals[row] = Powers(_scores + ((long)row * _paddedLength), first + row + 1, seen);
        }

        var means = new ContractTile<T, V, S>.Factors
        {
            Depth = seen,
            ARow = _paddedLength,
            AStep = 1,
            BStep = _paddedWidth,
            CRow = _paddedWidth,
            Alpha = T.One,
        };
        Product(&means, rows, _width, _scores, _values, _means);
        var output = _output + _heads.Offsets[3] + (first * _steps[3][0]);
        for (var row = 0; row < rows; row++)
        {
            var share = T.One / totals[row];
            for (var d = 0; d < _width; d++)
            {
                output[(row * _steps[3][0]) + (d * _steps[3][1])] = share * _means[(row * _paddedWidth) + d];
            }
        }
    }

    /// <summary>A product of a few rows, to whole vectors of columns.</summary>
    private static void Product(ContractTile<T, V, S>.Factors* factors, int rows, int columns, T* a, T* b, T* c)
    {
        for (var column = 0; column < columns;)
        {
            var vectors = Math.Min(ContractTile<T, V, S>.MaxVectors, (columns - column + S.Width - 1) / S.Width);
            ContractTile<T, V, S>.Code(rows, vectors)(factors, a, b + column, c + column);
            column += vectors * S.Width;
        }
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
        T total;
        S.Store(RowPowers<T, V, S>.Powers(in set, RowPowers<T, V, S>.Largest(in set)), &total, S.First(1));
        new Span<T>(row + visible, seen - visible).Clear();
        return total;
    }
}
