using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// The contractions that neither tiles nor dot products suit: those whose innermost output axis belongs to both factors
/// (a product of vectors, element by element, for each depth) and those whose output has no neighbours side by side
/// (element by element alone).
/// </summary>
internal sealed unsafe class RowContractKernel<T, V, S> : CpuKernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T* _left;
    private readonly T* _right;
    private readonly T* _output;
    private readonly Odometer _outer;
    private readonly Odometer _depth;
    private readonly ContractLoop _row;
    private readonly ContractLoop _terms;
    private readonly T _alpha;
    private readonly bool _accumulate;

    public RowContractKernel(ContractCall call, ContractAxes axes, HostMemory arena)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _alpha = T.CreateTruncating(call.Alpha);
        _accumulate = call.Accumulate;
        _row = ContractAxes.Innermost(axes.Batch);
        _terms = ContractAxes.Innermost(axes.Depth);
        _outer = ContractAxes.Odometer(
            ContractAxes.Outer(axes.Batch), ContractAxes.Loops(axes.Rows), ContractAxes.Loops(axes.Columns));
        _depth = ContractAxes.Odometer(ContractAxes.Outer(axes.Depth));
    }

    public override void Run(int worker)
    {
        for (var i = 0L; i < _outer.Count; i++, _outer.Next())
        {
            var left = _left + _outer.Offsets[0];
            var right = _right + _outer.Offsets[1];
            var output = _output + _outer.Offsets[2];
            if (_row is { Left: 1, Right: 1, Output: 1 })
            {
                Vectors(left, right, output);
            }
            else
            {
                Elements(left, right, output);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Vectors(T* left, T* right, T* output)
    {
        var alpha = S.Broadcast(_alpha);
        var i = 0L;
        for (; i <= _row.Extent - S.Width; i += S.Width)
        {
            var total = S.Broadcast(T.Zero);
            for (var j = 0L; j < _depth.Count; j++, _depth.Next())
            {
                var a = left + i + _depth.Offsets[0];
                var b = right + i + _depth.Offsets[1];
                for (var p = _terms.Extent; p > 0; p--)
                {
                    total = S.MultiplyAdd(S.Load(a), S.Load(b), total);
                    a += _terms.Left;
                    b += _terms.Right;
                }
            }

            S.Store(
                _accumulate ? S.MultiplyAdd(alpha, total, S.Load(output + i)) : S.Multiply(alpha, total), output + i);
        }

        if (i < _row.Extent)
        {
            var mask = S.First((int)(_row.Extent - i));
            var total = S.Broadcast(T.Zero);
            for (var j = 0L; j < _depth.Count; j++, _depth.Next())
            {
                var a = left + i + _depth.Offsets[0];
                var b = right + i + _depth.Offsets[1];
                for (var p = _terms.Extent; p > 0; p--)
                {
                    total = S.MultiplyAdd(S.Load(a, mask), S.Load(b, mask), total);
                    a += _terms.Left;
                    b += _terms.Right;
                }
            }

            S.Store(
                _accumulate ? S.MultiplyAdd(alpha, total, S.Load(output + i, mask)) : S.Multiply(alpha, total),
                output + i,
                mask);
        }
    }

    private void Elements(T* left, T* right, T* output)
    {
        for (var i = 0L; i < _row.Extent; i++)
        {
            var total = T.Zero;
            for (var j = 0L; j < _depth.Count; j++, _depth.Next())
            {
                var a = left + (i * _row.Left) + _depth.Offsets[0];
                var b = right + (i * _row.Right) + _depth.Offsets[1];
                for (var p = _terms.Extent; p > 0; p--)
                {
                    total = T.FusedMultiplyAdd(*a, *b, total);
                    a += _terms.Left;
                    b += _terms.Right;
                }
            }

            ref var element = ref output[i * _row.Output];
            element = _accumulate ? T.FusedMultiplyAdd(_alpha, total, element) : _alpha * total;
        }
    }
}
