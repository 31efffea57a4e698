using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>
/// A kernel that works on rows: the elements along one axis, of an input, perhaps a mask or targets, and an output. Long
/// rows without gaps are worked on in vectors along the row, others in vectors across rows; these are packed side by side
/// first, unless they lie so. Which of the two depends on the row alone.
/// </summary>
internal abstract unsafe class RowKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Most sets that a kernel is given at a time.</summary>
    protected const int MaxSets = 16;

    /// <summary>Elements of the sets that are given together, unless one has more.</summary>
    private const int BatchSize = 1024;

    private readonly Scratch _scratch;
    private readonly RowOperand _input;
    private readonly RowOperand? _mask;
    private readonly RowOperand? _targets;
    private readonly RowOperand _output;
    private readonly long _count;
    private readonly long _outputCount;
    private readonly bool _isAlong;
    private readonly Odometer _outer;
    private readonly long _lanes;
    private readonly long[] _laneSteps;
    private readonly int _batch;
    private readonly RowTransposition<T, V, S>? _transposition;

    /// <summary>A kernel over rows of <paramref name="count"/> elements for each index of the other axes.</summary>
    protected RowKernel(
        Scratch scratch,
        ReadOnlySpan<long> extents,
        long count,
        RowOperand input,
        RowOperand output,
        long outputCount,
        RowOperand? mask = null,
        RowOperand? targets = null)
    {
        (_scratch, _input, _output, _mask, _targets) = (scratch, input, output, mask, targets);
        (_count, _outputCount) = (count, outputCount);
        _isAlong = count > RowTransposition<T, V, S>.LongestRow && input.Step == 1 && (mask?.Step ?? 1) == 1
            && (outputCount < count || output.Step == 1);
        var nest = LoopNest.Over(
            extents, input.Strides, output.Strides, (mask ?? input).Strides, (targets ?? input).Strides);
        var loop = _isAlong ? -1 : LaneLoop(nest);
        int[] others = [.. Enumerable.Range(0, nest.Rank).Where(other => other != loop)];
        _lanes = loop < 0 ? 1 : nest.Extents[loop];
        _laneSteps = [.. nest.Strides.Select(strides => loop < 0 ? 0 : strides[loop])];
        _outer = new Odometer(
            [.. others.Select(other => nest.Extents[other])],
            [.. nest.Strides.Select(strides => others.Select(other => strides[other]).ToArray())]);
        var size = count * (_isAlong ? 1 : S.Width);
        _batch = (int)Math.Clamp(BatchSize / Math.Max(1, size), 1, MaxSets);
        if (!_isAlong)
        {
            scratch.Reserve(_batch * BufferLength * sizeof(T));
            var isDense = count is > 1 and <= RowTransposition<T, V, S>.LongestRow
                && ((input.Step == 1 && _laneSteps[0] == count) || (output.Step == 1 && _laneSteps[1] == count));
            _transposition = isDense ? new RowTransposition<T, V, S>((int)count) : null;
        }
    }

    /// <summary>Elements of a set's packed input, mask and output.</summary>
    private long BufferLength => ((2 * _count) + _outputCount) * S.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int worker)
    {
        var sets = stackalloc RowSet<T>[MaxSets];
        if (_isAlong)
        {
            RunAlong(sets);
            return;
        }

        var buffer = (T*)_scratch.Pointer(worker);
        var outputs = stackalloc T*[MaxSets];
        var count = 0;
        _outer.Reset();
        for (var i = 0L; i < _outer.Count; i++, _outer.Next())
        {
            for (var lane = 0L; lane < _lanes; lane += S.Width)
            {
                ref var set = ref sets[count];
                Place(out set, lane);
                outputs[count] = set.Output;
                PackInputs(ref set, buffer + (count * BufferLength));
                if (++count == _batch)
                {
                    Finish(sets, outputs, count);
                    count = 0;
                }
            }
        }

        Finish(sets, outputs, count);
    }

    /// <summary>Rows one after the other: from one to the next a set changes its addresses alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunAlong(RowSet<T>* sets)
    {
        for (var i = 0; i < _batch; i++)
        {
            Place(out sets[i], 0);
        }

        var (inputStep, outputStep) = (_outer.Step(0), _outer.Step(1));
        var (maskStep, targetStep) = (_mask is null ? 0 : _outer.Step(2), _targets is null ? 0 : _outer.Step(3));
        var count = 0;
        _outer.Reset();
        for (var left = _outer.Count; left > 0;)
        {
            Place(out var set, 0);
            T* input = set.Input, output = set.Output, mask = set.Mask;
            var targets = set.Targets;
            var rows = _outer.Left;
            for (var row = rows; row > 0; row--)
            {
                sets[count].Input = input;
                sets[count].Output = output;
                sets[count].Mask = mask;
                sets[count].Targets = targets;
                input += inputStep;
                output += outputStep;
                mask += maskStep;
                targets += targetStep;
                if (++count == _batch)
                {
                    Run(sets, count);
                    count = 0;
                }
            }

            _outer.Next(rows);
            left -= rows;
        }

        if (count > 0)
        {
            Run(sets, count);
        }
    }

    /// <summary>
    /// Works on some long rows, or some lanes of rows. Steps that wait for one another, such as a row's sum and its quotients,
    /// should be taken for all sets before the next.
    /// </summary>
    protected abstract void Run(RowSet<T>* sets, int count);

    /// <summary>
    /// The loop whose positions share a vector: one along which all operands are contiguous if it fills a vector, else the
    /// longest.
    /// </summary>
    private static int LaneLoop(LoopNest nest)
    {
        var best = -1;
        for (var loop = 0; loop < nest.Rank; loop++)
        {
            if (nest.Extents[loop] >= S.Width && nest.Strides[..2].All(strides => strides[loop] == 1))
            {
                return loop;
            }

            best = best < 0 || nest.Extents[loop] > nest.Extents[best] ? loop : best;
        }

        return best;
    }

    /// <summary>The rows from a lane on at the outer loops' present position, where they lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Place(out RowSet<T> set, long lane)
    {
        var offsets = _outer.Offsets;
        set = new RowSet<T>
        {
            Input = (T*)_input.Pointer + offsets[0] + (lane * _laneSteps[0]),
            InputStep = _isAlong ? S.Width : _input.Step,
            Mask = _mask is null ? null : (T*)_mask.Pointer + offsets[2] + (lane * _laneSteps[2]),
            MaskStep = _mask is null ? 0 : _isAlong ? S.Width : _mask.Step,
            Output = (T*)_output.Pointer + offsets[1] + (lane * _laneSteps[1]),
            OutputStep = _isAlong ? S.Width : _output.Step,
            Targets = _targets is null ? null : (int*)_targets.Pointer + offsets[3] + (lane * _laneSteps[3]),
            TargetStep = _laneSteps[3],
            Vectors = _isAlong ? _count / S.Width : _count,
            Tail = _isAlong ? (int)(_count % S.Width) : 0,
            Rows = (int)Math.Min(S.Width, _lanes - lane),
            IsAlong = _isAlong,
        };
    }

    /// <summary>Packs what does not lie side by side, and makes room for the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackInputs(ref RowSet<T> set, T* buffer)
    {
        var isWhole = set.Rows == S.Width;
        if (!isWhole || _laneSteps[0] != 1)
        {
            Pack(set.Input, _laneSteps[0], set.InputStep, buffer, set.Rows);
            set.Input = buffer;
            set.InputStep = S.Width;
        }

        if (_mask is not null && (!isWhole || _laneSteps[2] != 1))
        {
            var packed = buffer + (_count * S.Width);
            Pack(set.Mask, _laneSteps[2], set.MaskStep, packed, set.Rows);
            set.Mask = packed;
            set.MaskStep = S.Width;
        }

        if (!isWhole || _laneSteps[1] != 1)
        {
            set.Output = buffer + (2 * _count * S.Width);
            set.OutputStep = S.Width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(RowSet<T>* sets, T** outputs, int count)
    {
        if (count > 0)
        {
            Run(sets, count);
        }

        for (var i = 0; i < count; i++)
        {
            if (sets[i].Output != outputs[i])
            {
                Unpack(sets[i].Output, outputs[i], sets[i].Rows);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unpack(T* source, T* output, int rows)
    {
        var (rowStep, step) = (_laneSteps[1], _output.Step);
        if (_transposition is not null && rows == S.Width && step == 1 && rowStep == _count && _outputCount == _count)
        {
            _transposition.Unpack(source, output);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            for (var i = 0L; i < _outputCount; i++)
            {
                output[(row * rowStep) + (i * step)] = source[(i * S.Width) + row];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(T* source, long rowStep, long step, T* destination, int rows)
    {
        if (_transposition is not null && rows == S.Width && step == 1 && rowStep == _count)
        {
            _transposition.Pack(source, destination);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            for (var i = 0L; i < _count; i++)
            {
                destination[(i * S.Width) + row] = source[(row * rowStep) + (i * step)];
            }
        }
    }
}
