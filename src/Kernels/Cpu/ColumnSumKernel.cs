using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Sums of rows that stay apart along their length: a few rows at a time are added to the output, so that the input goes
/// through the processor once. Rows of few elements that follow one another without gaps are first taken several as one, so
/// that they fill vectors, and these are added up in the end.
/// </summary>
internal sealed unsafe class ColumnSumKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly Scratch _scratch;
    private readonly T* _input;
    private readonly T* _output;
    private readonly Odometer _kept;
    private readonly Odometer _summed;
    private readonly long _columns;
    private readonly long _rows;
    private readonly long _step;
    private readonly long _group;

    public ColumnSumKernel(Scratch scratch, LoopNest kept, LoopNest summed, nint input, nint output)
    {
        _scratch = scratch;
        _input = (T*)input;
        _output = (T*)output;
        _columns = kept.Extents[^1];
        _kept = new Odometer(kept.Extents[..^1], [kept.Strides[0][..^1], kept.Strides[1][..^1]]);
        var outer = Math.Max(0, summed.Rank - 1);
        (_rows, _step) = summed.Rank == 0 ? (1, 0) : (summed.Extents[outer], summed.Strides[0][outer]);
        _summed = new Odometer(summed.Extents[..outer], [summed.Strides[0][..outer]]);

        // Two rows of vectors or more are worth their own pass.
        _group = _step == _columns && _columns < 4 * S.Width && _rows * _columns >= 16 * S.Width ? S.Width : 1;
        if (_group > 1)
        {
            scratch.Reserve(_group * _columns * sizeof(T));
        }
    }

    public override void Run(int worker)
    {
        var groups = _group > 1 ? (T*)_scratch.Pointer(worker) : null;
        _kept.Reset();
        for (var i = 0L; i < _kept.Count; i++, _kept.Next())
        {
            var output = _output + _kept.Offsets[1];
            new Span<T>(output, checked((int)_columns)).Clear();
            _summed.Reset();
            for (var j = 0L; j < _summed.Count; j++, _summed.Next())
            {
                var input = _input + _kept.Offsets[0] + _summed.Offsets[0];
                if (_group == 1)
                {
                    AddRows(input, _rows, _step, output, _columns);
                    continue;
                }

                var (whole, length) = (_rows / _group, _group * _columns);
                new Span<T>(groups, (int)length).Clear();
                AddRows(input, whole, length, groups, length);
                AddRows(groups, _group, _columns, output, _columns);
                AddRows(input + (whole * length), _rows % _group, _columns, output, _columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows(T* input, long rows, long step, T* output, long columns)
    {
        for (; rows >= 8; rows -= 8, input += 8 * step)
        {
            var c = 0L;
            for (; c <= columns - S.Width; c += S.Width)
            {
                var x = input + c;
                var first = S.Add(S.Add(S.Load(x), S.Load(x + step)), S.Add(S.Load(x + (2 * step)), S.Load(x + (3 * step))));
                x += 4 * step;
                var last = S.Add(S.Add(S.Load(x), S.Load(x + step)), S.Add(S.Load(x + (2 * step)), S.Load(x + (3 * step))));
                S.Store(S.Add(S.Load(output + c), S.Add(first, last)), output + c);
            }

            for (var row = 0; c < columns && row < 8; row++)
            {
                AddPart(input + (row * step) + c, output + c, (int)(columns - c));
            }
        }

        for (; rows > 0; rows--, input += step)
        {
            var c = 0L;
            for (; c <= columns - S.Width; c += S.Width)
            {
                S.Store(S.Add(S.Load(output + c), S.Load(input + c)), output + c);
            }

            if (c < columns)
            {
                AddPart(input + c, output + c, (int)(columns - c));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPart(T* input, T* output, int count) =>
        S.Store(S.Add(S.Load(output, S.First(count)), S.Load(input, S.First(count))), output, S.First(count));
}
