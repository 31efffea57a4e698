using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Chains of elementwise functions in one pass over memory. The index space is cut into blocks that stay in the
/// first-level cache; each step runs over the block before the next block is touched. Operands that lie in
/// loop order are used where they are, inputs that repeat are spread out once, others are gathered, and outputs scattered,
/// some rows at a time; results beyond the caches are stored past them, unless they take an input's place.
/// </summary>
internal sealed unsafe class MapKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private static readonly int BlockSize = 2048 / sizeof(T);

    /// <summary>
    /// Bytes of output from which on a chain asks for its operands a block ahead, one a step: else its first steps would wait
    /// for memory and the others leave it idle.
    /// </summary>
    private const long FarBytes = 1 << 18;

    /// <summary>Vectors of a streamed result that are stored at a time.</summary>
    private const int StreamedVectors = 8;

    private readonly int _inputCount;
    private readonly T*[] _sources;
    private readonly Access[] _accesses;
    private readonly bool[] _flat;
    private readonly long[] _rowSteps;
    private readonly long _rowLength;
    private readonly int _rowsPerBlock;
    private readonly Odometer _rows;
    private readonly int[] _ahead;
    private readonly bool _isStreamed;
    private readonly int[] _results;

    /// <summary>For each step the operand that its result is stored to past the caches, or minus one.</summary>
    private readonly int[] _streamed;

    private readonly bool _isScattered;
    private readonly ChainStep<T>[] _steps;
    private readonly Scratch _scratch;
    private readonly int[] _slots;
    private readonly T*[] _registers;

    public MapKernel(MapCall call, HostMemory arena, Scratch scratch)
        : this(MapGroup.Of([call]), arena, scratch)
    {
    }

    public MapKernel(MapGroup call, HostMemory arena, Scratch scratch)
    {
        Operand[] operands = [.. call.Inputs, .. call.Outputs];
        _results = [.. call.Results];
        _inputCount = call.Inputs.Count;
        var nest = LoopNest.Over(call.Output.Shape, operands);
        var outer = Math.Max(0, nest.Rank - 1);
        _rowLength = nest.Rank == 0 ? 1 : nest.Extents[^1];
        _rowSteps = [.. nest.Strides.Select(strides => nest.Rank == 0 ? 1 : strides[^1])];
        _rows = new Odometer(nest.Extents[..outer], [.. nest.Strides.Select(strides => strides[..outer])]);
        _flat = [.. Enumerable.Range(0, operands.Length).Select(nest.IsFlat)];

        // Short rows share a block.
        _rowsPerBlock = (int)Math.Clamp(BlockSize / Math.Max(1, _rowLength), 1, Math.Max(1, _rows.Count));
        _accesses = [.. nest.Strides.Select((strides, operand) => AccessOf(operand, strides[..outer]))];
        for (var output = _inputCount; call.IsFar && output < operands.Length; output++)
        {
            var isInPlace = operands.Where((_, other) => other != output).Any(other => other.Offset == operands[output].Offset);
            _accesses[output] = _flat[output] && !isInPlace ? Access.Streamed : _accesses[output];
        }

        _isScattered = _accesses[_inputCount] == Access.Gathered;
        _sources = new T*[operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            _sources[i] = (T*)(arena.Pointer + operands[i].Offset);
        }

        _steps = MapChain<T, V, S>.Of(call.Steps, _inputCount, _results);
        _streamed = [.. _steps.Select(step => Array.IndexOf(_results, step.Result) is var result and >= 0
            && _accesses[_inputCount + result] == Access.Streamed ? _inputCount + result : -1)];
        _isStreamed = Array.Exists(_streamed, operand => operand >= 0);
        _ahead = call.Output.Shape.Size * sizeof(T) >= FarBytes
            ? [.. Enumerable.Range(0, operands.Length).Where(i => _accesses[i] == Access.Direct).DistinctBy(i => operands[i].Offset)]
            : [];
        _ahead = _steps.Length >= Math.Max(3, _ahead.Length) ? _ahead : [];
        _registers = new T*[_inputCount + call.Steps.Count];
        bool[] inputsInPlace = [.. _accesses.Take(_inputCount).Select(access => access == Access.Direct)];
        _slots = MapSlots.Of<T>(_steps, _registers.Length, inputsInPlace, out var count);
        _scratch = scratch;
        scratch.Reserve((long)count * BlockSize * sizeof(T));
    }

    /// <summary>How a block of an operand comes about.</summary>
    private enum Access
    {
        /// <summary>It lies in memory.</summary>
        Direct,

        /// <summary>It is the same for all blocks.</summary>
        Repeated,

        /// <summary>It is copied.</summary>
        Gathered,

        /// <summary>It is copied past the caches: a result alone.</summary>
        Streamed,
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int worker)
    {
        if (_rowLength == 0 || _rows.Count == 0)
        {
            return;
        }

        var scratch = (T*)_scratch.Pointer(worker);
        for (var i = 0; i < _registers.Length; i++)
        {
            _registers[i] = scratch + (_slots[i] * BlockSize);
        }

        var width = (int)Math.Min(BlockSize, _rowLength);
        for (var i = 0; i < _inputCount; i++)
        {
            if (_accesses[i] == Access.Repeated)
            {
                var steps = new RowSteps(0, _rowSteps[i]);
                RowMoves<T, V, S>.Move(_sources[i], steps, _registers[i], new RowSteps(width, 1), _rowsPerBlock, width);
            }
        }

        _rows.Reset();
        var flat = 0L;
        for (var left = _rows.Count; left > 0;)
        {
            var rows = (int)Math.Min(_rowsPerBlock, _isScattered ? _rows.Left : left);
            if (rows > 1 || _rowLength <= BlockSize)
            {
                RunRows(flat, rows);
                flat += rows * _rowLength;
            }
            else
            {
                for (var start = 0L; start < _rowLength; start += BlockSize)
                {
                    var length = (int)Math.Min(BlockSize, _rowLength - start);
                    RunPart(flat, start, length);
                    flat += length;
                }

                _rows.Next();
            }

            left -= rows;
        }

        if (_isStreamed)
        {
            StreamedStores<T, V, S>.Finish();
        }
    }

    private Access AccessOf(int operand, long[] outerSteps)
    {
        if (_flat[operand] || (_rowsPerBlock == 1 && _rowSteps[operand] == 1))
        {
            return Access.Direct;
        }

        var isOneRow = outerSteps.All(step => step == 0) && (_rowSteps[operand] == 0 || _rowLength <= BlockSize);
        return isOneRow && operand < _inputCount ? Access.Repeated : Access.Gathered;
    }

    /// <summary>Runs the chain on whole rows from the odometer's on, and moves the odometer past them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunRows(long flat, int rows)
    {
        Place(flat, 0);
        var output = Row(_inputCount, 0);
        var length = (int)_rowLength;
        for (var (row, count) = (0, 0); row < rows; row += count)
        {
            count = (int)Math.Min(rows - row, _rows.Left);
            for (var i = 0; i < _inputCount; i++)
            {
                if (_accesses[i] == Access.Gathered)
                {
                    var steps = new RowSteps(_rows.Step(i), _rowSteps[i]);
                    var register = _registers[i] + (row * length);
                    RowMoves<T, V, S>.Move(Row(i, 0), steps, register, new RowSteps(length, 1), count, length);
                }
            }

            _rows.Next(count);
        }

        RunSteps(rows * length, flat);
        if (_isScattered)
        {
            var steps = new RowSteps(_rows.Step(_inputCount), _rowSteps[_inputCount]);
            RowMoves<T, V, S>.Move(_registers[^1], new RowSteps(length, 1), output, steps, rows, length);
        }
    }

    /// <summary>Runs the chain on a part of the odometer's row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunPart(long flat, long start, int length)
    {
        Place(flat, start);
        for (var i = 0; i < _inputCount; i++)
        {
            // A row of one number repeated is there since the row's first part.
            if (_accesses[i] == Access.Gathered && (start == 0 || _rowSteps[i] != 0))
            {
                var steps = new RowSteps(0, _rowSteps[i]);
                RowMoves<T, V, S>.Move(Row(i, start), steps, _registers[i], new RowSteps(0, 1), 1, length);
            }
        }

        RunSteps(length, flat);
        if (_isScattered)
        {
            var steps = new RowSteps(0, _rowSteps[_inputCount]);
            RowMoves<T, V, S>.Move(_registers[^1], new RowSteps(0, 1), Row(_inputCount, start), steps, 1, length);
        }
    }

    /// <summary>Points the registers of operands that are used in place to a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Place(long flat, long start)
    {
        for (var i = 0; i < _sources.Length; i++)
        {
            if (_accesses[i] == Access.Direct)
            {
                _registers[Register(i)] = _flat[i] ? _sources[i] + flat : Row(i, start);
            }
        }
    }

    /// <summary>
    /// Asks for a block's lines in the cache. It may reach beyond an operand's end: what is not there is not fetched.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(T* block)
    {
        for (var line = 0; Sse.IsSupported && line < BlockSize; line += 64 / sizeof(T))
        {
            Sse.Prefetch0(block + line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunSteps(int length, long flat)
    {
        for (var s = 0; s < _steps.Length; s++)
        {
            if (s < _ahead.Length)
            {
                Prefetch(_registers[Register(_ahead[s])] + length);
            }

            ref readonly var step = ref _steps[s];
            var streamed = _streamed[s];
            if (streamed < 0)
            {
                RunStep(in step, 0, length);
                continue;
            }

            // In parts, so that memory takes one while the next is computed.
            var part = StreamedVectors * S.Width;
            for (var start = 0; start < length; start += part)
            {
                var count = Math.Min(part, length - start);
                RunStep(in step, start, count);
                StreamedStores<T, V, S>.Copy(_registers[step.Result] + start, _sources[streamed] + flat + start, count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunStep(in ChainStep<T> step, int start, int count) =>
        ((delegate*<T*, T*, T*, T, T, T*, int, void>)step.Code)(
            _registers[step.A] + start,
            _registers[step.B] + start,
            _registers[step.C] + start,
            step.Constant,
            step.Second,
            _registers[step.Result] + start,
            count);

    /// <summary>The register of an input or a result.</summary>
    private int Register(int operand) => operand < _inputCount ? operand : _results[operand - _inputCount];

    private T* Row(int operand, long start) =>
        _sources[operand] + _rows.Offsets[operand] + (start * _rowSteps[operand]);
}
