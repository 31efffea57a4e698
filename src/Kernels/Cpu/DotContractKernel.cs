using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Contractions both of whose factors are contiguous along the depth and share too little else for tiles: each element
/// of the output is a dot product. As many dot products as a vector has lanes are formed side by side, each in a vector,
/// and those are summed together. The output's loops are taken apart once: a table of the elements of a small block, the
/// blocks along one loop, and an odometer over the rest.
/// </summary>
internal sealed unsafe class DotContractKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T* _left;
    private readonly T* _right;
    private readonly T* _output;
    private readonly Odometer _outer;
    private readonly Odometer _depth;
    private readonly ContractLoop _blocks;
    private readonly OffsetTable _leftTable;
    private readonly OffsetTable _rightTable;
    private readonly OffsetTable _outputTable;
    private readonly int _rest;
    private readonly long _terms;
    private readonly Scratch _scratch;
    private readonly T _alpha;
    private readonly bool _accumulate;

    public DotContractKernel(ContractCall call, ContractAxes axes, HostMemory arena, Scratch scratch)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _alpha = T.CreateTruncating(call.Alpha);
        _accumulate = call.Accumulate;
        _terms = ContractAxes.Innermost(axes.Depth).Extent;
        _depth = ContractAxes.Odometer(ContractAxes.Outer(axes.Depth));
        _scratch = scratch;
        scratch.Reserve(S.Width * S.Width * sizeof(T));

        ContractLoop[] loops =
        [
            .. ContractAxes.Loops(axes.Batch), .. ContractAxes.Loops(axes.Rows), .. ContractAxes.Loops(axes.Columns),
        ];
        var (whole, elements) = (loops.Length, 1L);
        while (whole > 0 && elements * loops[whole - 1].Extent < 2 * S.Width)
        {
            elements *= loops[--whole].Extent;
        }

        // The next loop out goes in blocks that fill whole vectors.
        _blocks = new ContractLoop(1, 0, 0, 0);
        if (whole > 0)
        {
            var turns = S.Width / (long)BigInteger.GreatestCommonDivisor(S.Width, elements);
            var loop = loops[--whole];
            _blocks = new ContractLoop(loop.Extent / turns, turns * loop.Left, turns * loop.Right, turns * loop.Output);
            _rest = (int)(loop.Extent % turns * elements);
            loops[whole] = loop with { Extent = turns };
        }

        (_leftTable, _rightTable, _outputTable) = OffsetTable.Of(ContractAxes.Odometer(loops[whole..]));
        _outer = ContractAxes.Odometer(loops[..whole]);
    }

    public override void Run(int worker)
    {
        var sums = (T*)_scratch.Pointer(worker);
        _outer.Reset();
        for (var i = 0L; i < _outer.Count; i++, _outer.Next())
        {
            var left = _left + _outer.Offsets[0];
            var right = _right + _outer.Offsets[1];
            var output = _output + _outer.Offsets[2];
            for (var block = _blocks.Extent; block > 0; block--)
            {
                Elements(left, right, output, _outputTable.Count, sums);
                left += _blocks.Left;
                right += _blocks.Right;
                output += _blocks.Output;
            }

            Elements(left, right, output, _rest, sums);
        }
    }

    /// <summary>The first elements of the table.</summary>
    private void Elements(T* left, T* right, T* output, int count, T* sums)
    {
        for (var first = 0; first < count; first += S.Width)
        {
            var lanes = Math.Min(S.Width, count - first);
            _depth.Reset();
            for (var j = 0L; j < _depth.Count; j++, _depth.Next())
            {
                Dots(left + _depth.Offsets[0], right + _depth.Offsets[1], first, lanes, sums, addsUp: j > 0);
            }

            Store(VectorLanes<T, V, S>.Sums(sums), output, first, lanes, sums);
        }
    }

    /// <summary>Vectors that sum up to a dot product each; zero where there is none.</summary>
    private void Dots(T* left, T* right, int first, int lanes, T* sums, bool addsUp)
    {
        var zero = S.Broadcast(T.Zero);
        for (var lane = 0; lane < S.Width; lane += 4)
        {
            var target = sums + (lane * S.Width);
            for (var i = 0; i < 4 && !addsUp; i++)
            {
                S.Store(zero, target + (i * S.Width));
            }

            if (lane + 4 <= lanes)
            {
                FourDots(left, right, first + lane, target);
                continue;
            }

            for (var i = lane; i < lanes; i++, target += S.Width)
            {
                Dot(left + _leftTable[first + i], right + _rightTable[first + i], target);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FourDots(T* left, T* right, int element, T* sums)
    {
        var a0 = left + _leftTable[element];
        var b0 = right + _rightTable[element];
        var a1 = left + _leftTable[element + 1];
        var b1 = right + _rightTable[element + 1];
        var a2 = left + _leftTable[element + 2];
        var b2 = right + _rightTable[element + 2];
        var a3 = left + _leftTable[element + 3];
        var b3 = right + _rightTable[element + 3];
        var (c0, c1) = (S.Load(sums), S.Load(sums + S.Width));
        var (c2, c3) = (S.Load(sums + (2 * S.Width)), S.Load(sums + (3 * S.Width)));
        var i = 0L;
        for (; i <= _terms - S.Width; i += S.Width)
        {
            c0 = S.MultiplyAdd(S.Load(a0 + i), S.Load(b0 + i), c0);
            c1 = S.MultiplyAdd(S.Load(a1 + i), S.Load(b1 + i), c1);
            c2 = S.MultiplyAdd(S.Load(a2 + i), S.Load(b2 + i), c2);
            c3 = S.MultiplyAdd(S.Load(a3 + i), S.Load(b3 + i), c3);
        }

        if (i < _terms)
        {
            var mask = S.First((int)(_terms - i));
            c0 = S.MultiplyAdd(S.Load(a0 + i, mask), S.Load(b0 + i, mask), c0);
            c1 = S.MultiplyAdd(S.Load(a1 + i, mask), S.Load(b1 + i, mask), c1);
            c2 = S.MultiplyAdd(S.Load(a2 + i, mask), S.Load(b2 + i, mask), c2);
            c3 = S.MultiplyAdd(S.Load(a3 + i, mask), S.Load(b3 + i, mask), c3);
        }

        S.Store(c0, sums);
        S.Store(c1, sums + S.Width);
        S.Store(c2, sums + (2 * S.Width));
        S.Store(c3, sums + (3 * S.Width));
    }

    /// <summary>One by itself, in four sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Dot(T* a, T* b, T* sum)
    {
        var zero = S.Broadcast(T.Zero);
        var (c0, c1, c2, c3) = (S.Load(sum), zero, zero, zero);
        var i = 0L;
        for (; i <= _terms - (4 * S.Width); i += 4 * S.Width)
        {
            c0 = S.MultiplyAdd(S.Load(a + i), S.Load(b + i), c0);
            c1 = S.MultiplyAdd(S.Load(a + i + S.Width), S.Load(b + i + S.Width), c1);
            c2 = S.MultiplyAdd(S.Load(a + i + (2 * S.Width)), S.Load(b + i + (2 * S.Width)), c2);
            c3 = S.MultiplyAdd(S.Load(a + i + (3 * S.Width)), S.Load(b + i + (3 * S.Width)), c3);
        }

        for (; i <= _terms - S.Width; i += S.Width)
        {
            c0 = S.MultiplyAdd(S.Load(a + i), S.Load(b + i), c0);
        }

        if (i < _terms)
        {
            var mask = S.First((int)(_terms - i));
            c0 = S.MultiplyAdd(S.Load(a + i, mask), S.Load(b + i, mask), c0);
        }

        S.Store(S.Add(S.Add(c0, c1), S.Add(c2, c3)), sum);
    }

    private void Store(V totals, T* output, int first, int lanes, T* aside)
    {
        var alpha = S.Broadcast(_alpha);
        if (_outputTable.IsContiguous(first, lanes))
        {
            var target = output + _outputTable[first];
            var mask = S.First(lanes);
            S.Store(
                _accumulate ? S.MultiplyAdd(alpha, totals, S.Load(target, mask)) : S.Multiply(alpha, totals),
                target,
                mask);
            return;
        }

        S.Store(totals, aside);
        for (var lane = 0; lane < lanes; lane++)
        {
            ref var element = ref output[_outputTable[first + lane]];
            element = _accumulate ? T.FusedMultiplyAdd(_alpha, aside[lane], element) : _alpha * aside[lane];
        }
    }
}
