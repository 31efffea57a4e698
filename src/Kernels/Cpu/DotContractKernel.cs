using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Contractions both of whose factors are contiguous along the depth and share too little else for tiles: each element
/// of the output is a dot product. As many dot products as a vector has lanes are formed side by side, each in a
/// vector, and those are summed together. The output's loops are taken apart once: a table of the elements of a small
/// block, the blocks along one loop, and an odometer over the rest.
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
    private readonly ContractLoop _blocks;
    private readonly OffsetTable _leftTable;
    private readonly OffsetTable _rightTable;
    private readonly OffsetTable _outputTable;
    private readonly long* _leftOffsets;
    private readonly long* _rightOffsets;
    private readonly long* _outputOffsets;
    private readonly bool _isContiguous;
    private readonly int _rest;
    private readonly long _terms;
    private readonly int _lastTerms;
    private readonly T _alpha;
    private readonly bool _accumulate;

    public DotContractKernel(ContractCall call, ContractAxes axes, HostMemory arena)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _alpha = T.CreateTruncating(call.Alpha);
        _accumulate = call.Accumulate;
        _terms = ContractAxes.Innermost(axes.Depth).Extent;
        _lastTerms = (int)(_terms % S.Width);

        ContractLoop[] loops =
        [
            .. ContractAxes.Loops(axes.Batch), .. ContractAxes.Loops(axes.Rows), .. ContractAxes.Loops(axes.Columns),
        ];
        if (axes.IsRightStreamed(sizeof(T)))
        {
            // All rows while a column is at hand.
            loops =
            [
                .. ContractAxes.Loops(axes.Batch),
                .. ContractAxes.Loops(axes.Columns),
                .. ContractAxes.Loops(axes.Rows),
            ];
        }

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
        _leftOffsets = _leftTable.Pointer;
        _rightOffsets = _rightTable.Pointer;
        _outputOffsets = _outputTable.Pointer;
        _isContiguous = _outputTable.IsContiguous(0, _outputTable.Count);
        _outer = ContractAxes.Odometer(loops[..whole]);
    }

    /// <summary>Groups of four elements that fill a vector.</summary>
    private static int Groups => S.Width / 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int worker)
    {
        for (var i = 0L; i < _outer.Count; i++, _outer.Next())
        {
            var left = _left + _outer.Offsets[0];
            var right = _right + _outer.Offsets[1];
            var output = _output + _outer.Offsets[2];
            for (var block = _blocks.Extent; block > 0; block--)
            {
                Elements(left, right, output, _outputTable.Count);
                left += _blocks.Left;
                right += _blocks.Right;
                output += _blocks.Output;
            }

            Elements(left, right, output, _rest);
        }
    }

    /// <summary>The first elements of the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Elements(T* left, T* right, T* output, int count)
    {
        for (var first = 0; first < count; first += S.Width)
        {
            var lanes = Math.Min(S.Width, count - first);
            if (lanes == 1)
            {
                Store(Dot(left + _leftOffsets[first], right + _rightOffsets[first]), output + _outputOffsets[first]);
                continue;
            }

            // Interleaving deals elements out to the groups in turn, so a group's elements lie as far apart as there
            // are groups.
            var sums = Dots(left, right, first, 0, lanes);
            if (S.Width == 8)
            {
                sums = PairSums(sums, Dots(left, right, first, 1, lanes));
            }

            if (S.Width == 16)
            {
                sums = PairSums(
                    PairSums(sums, Dots(left, right, first, 2, lanes)),
                    PairSums(Dots(left, right, first, 1, lanes), Dots(left, right, first, 3, lanes)));
            }

            Store(sums, output, first, lanes);
        }
    }

    /// <summary>
    /// Four dot products in turn over the lanes of a vector, in as many parts as that takes. Where the output has no
    /// such element, another stands in, and is not stored.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Dots(T* left, T* right, int first, int group, int lanes)
    {
        var e0 = first + Math.Min(group, lanes - 1);
        var e1 = first + Math.Min(group + Groups, lanes - 1);
        var e2 = first + Math.Min(group + (2 * Groups), lanes - 1);
        var e3 = first + Math.Min(group + (3 * Groups), lanes - 1);
        var zero = S.Broadcast(T.Zero);
        var (c0, c1, c2, c3) = (zero, zero, zero, zero);
        var a0 = left + _leftOffsets[e0];
        var b0 = right + _rightOffsets[e0];
        var a1 = left + _leftOffsets[e1];
        var b1 = right + _rightOffsets[e1];
        var a2 = left + _leftOffsets[e2];
        var b2 = right + _rightOffsets[e2];
        var a3 = left + _leftOffsets[e3];
        var b3 = right + _rightOffsets[e3];
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
            var mask = S.First(_lastTerms);
            c0 = S.MultiplyAdd(S.Load(a0 + i, mask), S.Load(b0 + i, mask), c0);
            c1 = S.MultiplyAdd(S.Load(a1 + i, mask), S.Load(b1 + i, mask), c1);
            c2 = S.MultiplyAdd(S.Load(a2 + i, mask), S.Load(b2 + i, mask), c2);
            c3 = S.MultiplyAdd(S.Load(a3 + i, mask), S.Load(b3 + i, mask), c3);
        }

        return PairSums(PairSums(c0, c2), PairSums(c1, c3));
    }

    /// <summary>One dot product by itself, in four sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private T Dot(T* a, T* b)
    {
        var zero = S.Broadcast(T.Zero);
        var (c0, c1, c2, c3) = (zero, zero, zero, zero);
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
            var mask = S.First(_lastTerms);
            c0 = S.MultiplyAdd(S.Load(a + i, mask), S.Load(b + i, mask), c0);
        }

        return S.Sum(S.Add(S.Add(c0, c1), S.Add(c2, c3)));
    }

    /// <summary>Sums of pairs of lanes, of both vectors in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PairSums(V a, V b) => S.Add(S.InterleaveLow(a, b), S.InterleaveHigh(a, b));

    private void Store(T total, T* output) =>
        *output = _accumulate ? T.FusedMultiplyAdd(_alpha, total, *output) : _alpha * total;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(V totals, T* output, int first, int lanes)
    {
        if (_isContiguous)
        {
            var alpha = S.Broadcast(_alpha);
            var target = output + _outputOffsets[first];
            var mask = S.First(lanes);
            S.Store(
                _accumulate ? S.MultiplyAdd(alpha, totals, S.Load(target, mask)) : S.Multiply(alpha, totals),
                target,
                mask);
            return;
        }

        Scatter(totals, output, first, lanes);
    }

    private void Scatter(V totals, T* output, int first, int lanes)
    {
        var aside = stackalloc T[S.Width];
        S.Store(totals, aside);
        for (var lane = 0; lane < lanes; lane++)
        {
            Store(aside[lane], output + _outputOffsets[first + lane]);
        }
    }
}
