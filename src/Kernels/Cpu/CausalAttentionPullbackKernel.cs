using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Cotangents through causal attention, a block of query rows at a time: their weights once more, what the cotangent
/// makes of their scores, and from these two the rows' part of all three results. Rows of the operands are packed, so that
/// every product runs on the tiles of <see cref="ContractTile{T, V, S}"/>; what no row may see is not computed.
/// </summary>
internal sealed unsafe class CausalAttentionPullbackKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Query rows of a block.</summary>
    private const int Block = 32;

    private readonly T*[] _inputs;
    private readonly T* _output;
    private readonly Odometer _heads;
    private readonly long[][] _steps;
    private readonly long _partStep;
    private readonly int _length;
    private readonly int _width;
    private readonly int _paddedLength;
    private readonly int _paddedWidth;
    private readonly T _scale;
    private readonly Scratch _scratch;

    public CausalAttentionPullbackKernel(CausalAttentionPullbackCall call, HostMemory arena, Scratch scratch)
    {
        Operand[] operands = [.. call.Inputs, call.Output.Slice(0, 0, 1)];
        _inputs = new T*[call.Inputs.Count];
        for (var i = 0; i < _inputs.Length; i++)
        {
            _inputs[i] = (T*)(arena.Pointer + operands[i].Offset);
        }

        _output = (T*)(arena.Pointer + call.Output.Offset);
        _partStep = call.Output.Strides[0];
        var shape = call.Query.Shape;
        _heads = new Odometer([shape[0], shape[1]], [.. operands.Select(operand => operand.Strides[^4..^2].ToArray())]);
        _steps = [.. operands.Select(operand => operand.Strides[^2..].ToArray())];
        (_length, _width, _scale) = (shape[2], shape[3], T.CreateTruncating(call.Scale));
        (_paddedLength, _paddedWidth) = (HeadTiles<T, V, S>.Padded(_length), HeadTiles<T, V, S>.Padded(_width));
        _scratch = scratch;
        scratch.Reserve(Workspace.Elements(this) * sizeof(T));
    }

    public override void Run(int worker)
    {
        var memory = new Workspace(this, (T*)_scratch.Pointer(worker));
        _heads.Reset();
        for (var head = 0L; head < _heads.Count; head++, _heads.Next())
        {
            Pack(memory);
            for (var first = 0; first < _length; first += Block)
            {
                Rows(memory, first, Math.Min(Block, _length - first));
            }

            Store(memory.Queries, part: 0);
            Store(memory.KeySums, part: 1);
            Store(memory.ValueSums, part: 2);
        }
    }

    private void Pack(Workspace memory)
    {
        // Zeros for the sums, and for the padding, so that products with it are finite.
        memory.Clear(isPadded: _width < _paddedWidth);
        for (var operand = 0; operand < _inputs.Length; operand++)
        {
            var source = _inputs[operand] + _heads.Offsets[operand];
            var (row, column) = (_steps[operand][0], _steps[operand][1]);
            HeadTiles<T, V, S>.Copy(source, row, column, memory.Rows(operand), _paddedWidth, 1, _length, _width);
        }

        HeadTiles<T, V, S>.Transpose(
            memory.Rows(1), _paddedWidth, _length, _width, memory.KeyColumns, _paddedLength, memory.Square);
        HeadTiles<T, V, S>.Transpose(
            memory.Rows(2), _paddedWidth, _length, _width, memory.ValueColumns, _paddedLength, memory.Square);
    }

    /// <summary>What some query rows add to all three results.</summary>
    private void Rows(Workspace memory, int first, int rows)
    {
        var seen = first + rows;
        var query = memory.Rows(0) + ((long)first * _paddedWidth);
        var cotangent = memory.Rows(3) + ((long)first * _paddedWidth);

        // (rows, seen) = (rows, D) (D, seen)
        var scores = new ContractTile<T, V, S>.Factors
        {
            Depth = _width, ARow = _paddedWidth, AStep = 1, BStep = _paddedLength, CRow = _paddedLength, Alpha = _scale,
        };
        HeadTiles<T, V, S>.Product(scores, query, memory.KeyColumns, memory.Weights, rows, seen);
        scores.Alpha = T.One;
        HeadTiles<T, V, S>.Product(scores, cotangent, memory.ValueColumns, memory.Changes, rows, seen);
        for (var i = 0; i < rows; i++)
        {
            var offset = (long)i * _paddedLength;
            Change(memory.Weights + offset, memory.Changes + offset, first + i + 1, seen);
        }

        // (rows, D) = (rows, seen) (seen, D)
        var means = new ContractTile<T, V, S>.Factors
        {
            Depth = seen, ARow = _paddedLength, AStep = 1, BStep = _paddedWidth, CRow = _paddedWidth, Alpha = T.One,
        };

        // A block's queries are not read again once their own part is known, which takes their place afterwards.
        var sums = new ContractTile<T, V, S>.Factors
        {
            Depth = rows, ARow = 1, AStep = _paddedLength, BStep = _paddedWidth, CRow = _paddedWidth, Alpha = T.One,
            Accumulate = true,
        };
        HeadTiles<T, V, S>.Product(sums, memory.Changes, query, memory.KeySums, seen, _width);
        HeadTiles<T, V, S>.Product(sums, memory.Weights, cotangent, memory.ValueSums, seen, _width);
        HeadTiles<T, V, S>.Product(means, memory.Changes, memory.Rows(1), query, rows, _width);
    }

    /// <summary>
    /// A row's scores become its weights, and what the cotangent makes of the weights what it makes of the scores, times
    /// their factor; zeros where the row sees nothing. Rows are whole vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Change(T* weights, T* changes, int visible, int seen)
    {
        // All vectors but the last see all of their lanes.
        var last = (visible - 1) / S.Width * S.Width;
        var end = last + S.Width;
        var (zero, lowest, mask) = (S.Broadcast(T.Zero), S.Broadcast(T.NegativeInfinity), S.First(visible - last));
        var highest = S.Select(mask, S.Load(weights + last), lowest);
        for (var j = 0; j < last; j += S.Width)
        {
            highest = S.Max(highest, S.Load(weights + j));
        }

        var largest = S.Broadcast(S.Largest(highest));
        S.Store(S.Select(mask, S.Load(weights + last), lowest), weights + last);
        S.Store(S.Select(mask, S.Load(changes + last), zero), changes + last);
        var (totals, products) = (zero, zero);
        for (var j = 0; j < end; j += S.Width)
        {
            var power = Exponential<T, V, S>.Of(S.Subtract(S.Load(weights + j), largest));
            S.Store(power, weights + j);
            totals = S.Add(totals, power);
            products = S.MultiplyAdd(power, S.Load(changes + j), products);
        }

        var share = T.One / S.Sum(totals);
        var (shares, mean, scale) =
            (S.Broadcast(share), S.Broadcast(share * S.Sum(products)), S.Broadcast(_scale));
        for (var j = 0; j < end; j += S.Width)
        {
            var weight = S.Multiply(S.Load(weights + j), shares);
            S.Store(weight, weights + j);
            S.Store(S.Multiply(S.Multiply(scale, weight), S.Subtract(S.Load(changes + j), mean)), changes + j);
        }

        new Span<T>(weights + end, Math.Max(0, seen - end)).Clear();
        new Span<T>(changes + end, Math.Max(0, seen - end)).Clear();
    }

    private void Store(T* rows, int part)
    {
        var output = _output + _heads.Offsets[^1] + (part * _partStep);
        var (row, column) = (_steps[^1][0], _steps[^1][1]);
        HeadTiles<T, V, S>.Copy(rows, _paddedWidth, 1, output, row, column, _length, _width);
    }

    /// <summary>One head in padded rows: operands, transposes, a block's weights and changes, and sums.</summary>
    private readonly struct Workspace
    {
        private readonly T* _start;
        private readonly long _rows;
        private readonly long _columns;
        private readonly long _block;

        public Workspace(CausalAttentionPullbackKernel<T, V, S> kernel, T* start)
        {
            Square = start;
            _start = start + VectorLanes<T, V, S>.BlockSize;
            _rows = kernel._length * (long)kernel._paddedWidth;
            _columns = kernel._width * (long)kernel._paddedLength;
            _block = Block * (long)kernel._paddedLength;
        }

        /// <summary>What a transposition uses.</summary>
        public T* Square { get; }

        /// <summary>The packed query, which its cotangent replaces.</summary>
        public T* Queries => Rows(0);

        public T* KeySums => _start + (4 * _rows);

        public T* ValueSums => _start + (5 * _rows);

        public T* KeyColumns => _start + (6 * _rows);

        public T* ValueColumns => KeyColumns + _columns;

        public T* Weights => ValueColumns + _columns;

        public T* Changes => Weights + _block;

        public static long Elements(CausalAttentionPullbackKernel<T, V, S> kernel)
        {
            var memory = new Workspace(kernel, null);
            return VectorLanes<T, V, S>.BlockSize + (6 * memory._rows) + (2 * memory._columns) + (2 * memory._block);
        }

        /// <summary>The packed rows of query, key, value or cotangent.</summary>
        public T* Rows(int operand) => _start + (operand * _rows);

        /// <summary>Zeros for the sums, and for all rows where these are padded.</summary>
        public void Clear(bool isPadded)
        {
            var first = isPadded ? _start : KeySums;
            for (; first < KeyColumns; first += Math.Min(int.MaxValue / 2, KeyColumns - first))
            {
                new Span<T>(first, (int)Math.Min(int.MaxValue / 2, KeyColumns - first)).Clear();
            }
        }
    }
}
