using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// A chain of elementwise functions in one pass over memory. The index space is cut into blocks that stay in the
/// first-level cache; each step of the chain runs over the block before the next block is touched. Operands that lie in
/// loop order are used where they are, inputs that repeat are spread out once, others are gathered, and outputs scattered,
/// some rows at a time.
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

    private readonly int _inputCount;
    private readonly T*[] _sources;
    private readonly Access[] _accesses;
    private readonly bool[] _flat;
    private readonly long[] _rowSteps;
    private readonly long _rowLength;
    private readonly int _rowsPerBlock;
    private readonly Odometer _rows;
    private readonly bool _isFar;
    private readonly bool _isScattered;
    private readonly ChainStep<T>[] _steps;
    private readonly Scratch _scratch;
    private readonly int[] _slots;
    private readonly T*[] _registers;

    public MapKernel(MapCall call, HostMemory arena, Scratch scratch)
    {
        Operand[] operands = [.. call.Inputs, call.Output];
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
        _isScattered = _accesses[_inputCount] != Access.Direct;
        _sources = new T*[operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            _sources[i] = (T*)(arena.Pointer + operands[i].Offset);
        }

        _steps = MapChain<T, V, S>.Of(call.Steps, _inputCount);
        _isFar = _steps.Length >= Math.Max(3, operands.Length) && call.Output.Shape.Size * sizeof(T) >= FarBytes;
        _registers = new T*[_inputCount + call.Steps.Count];
        _slots = Slots(out var count);
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

    /// <summary>
    /// Which block of scratch memory holds each register: those that are not in place, results of steps as long as a later
    /// step reads them.
    /// </summary>
    private int[] Slots(out int count)
    {
        var slots = new int[_registers.Length];
        var lastUse = new int[_registers.Length];
        for (var s = 0; s < _steps.Length; s++)
        {
            lastUse[_steps[s].A] = lastUse[_steps[s].B] = lastUse[_steps[s].C] = s;
        }

        count = 0;
        for (var i = 0; i < _inputCount; i++)
        {
            slots[i] = _accesses[i] == Access.Direct ? 0 : count++;
        }

        var free = new Stack<int>();
        for (var s = 0; s < _steps.Length; s++)
        {
            slots[_steps[s].Result] = free.TryPop(out var slot) ? slot : count++;
            foreach (var earlier in _steps.AsSpan(0, s))
            {
                if (lastUse[earlier.Result] == s)
                {
                    free.Push(slots[earlier.Result]);
                }
            }
        }

        return slots;
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

        RunSteps(rows * length);
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

        RunSteps(length);
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
    private void RunSteps(int length)
    {
        for (var s = 0; s < _steps.Length; s++)
        {
            if (_isFar && s < _sources.Length && _accesses[s] == Access.Direct)
            {
                Prefetch(_registers[Register(s)] + length);
            }

            ref readonly var step = ref _steps[s];
            ((delegate*<T*, T*, T*, T, T, T*, int, void>)step.Code)(
                _registers[step.A],
                _registers[step.B],
                _registers[step.C],
                step.Constant,
                step.Second,
                _registers[step.Result],
                length);
        }
    }

    /// <summary>The register of an input, or of the output: the last step's.</summary>
    private int Register(int operand) => operand < _inputCount ? operand : _registers.Length - 1;

    private T* Row(int operand, long start) =>
        _sources[operand] + _rows.Offsets[operand] + (start * _rowSteps[operand]);
}
