using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// The contractions that tiles do not suit: those whose innermost output axis belongs to both factors (a product of
/// vectors, element by element, for each depth), those whose output has no neighbours side by side (element by element
/// alone) and dot products.
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
    private readonly T _alpha;
    private readonly bool _accumulate;
    private readonly bool _isDot;

    public RowContractKernel(ContractCall call, ContractAxes axes, HostMemory arena)
    {
        _left = (T*)(arena.Pointer + axes.Left.Offset);
        _right = (T*)(arena.Pointer + axes.Right.Offset);
        _output = (T*)(arena.Pointer + call.Output.Offset);
        _alpha = T.CreateTruncating(call.Alpha);
        _accumulate = call.Accumulate;
        _isDot = axes.VectorAxisIsShared ? axes.DepthIsContiguousAlone : axes.RightIsReadAlongDepth;
        var (batch, rows, columns, depth) = (
            ContractAxes.Loops(axes.Batch),
            ContractAxes.Loops(axes.Rows),
            ContractAxes.Loops(axes.Columns),
            ContractAxes.Loops(axes.Depth));
        if (_isDot)
        {
            _row = ContractAxes.Innermost(axes.Depth);
            depth = ContractAxes.Outer(axes.Depth);
        }
        else
        {
            _row = ContractAxes.Innermost(axes.Batch);
            batch = ContractAxes.Outer(axes.Batch);
        }

        _outer = ContractAxes.Odometer(batch, rows, columns);
        _depth = ContractAxes.Odometer(depth);
    }

    public override void Run(int worker)
    {
        _outer.Reset();
        for (var i = 0L; i < _outer.Count; i++, _outer.Next())
        {
            var left = _left + _outer.Offsets[0];
            var right = _right + _outer.Offsets[1];
            var output = _output + _outer.Offsets[2];
            if (_isDot)
            {
                var total = T.Zero;
                _depth.Reset();
                for (var j = 0L; j < _depth.Count; j++, _depth.Next())
                {
                    total += Dot(left + _depth.Offsets[0], right + _depth.Offsets[1]);
                }

                *output = _accumulate ? T.FusedMultiplyAdd(_alpha, total, *output) : _alpha * total;
            }
            else
            {
                Products(left, right, output);
            }
        }
    }

    private T Dot(T* left, T* right)
    {
        var i = 0L;
        var (even, odd) = (S.Broadcast(T.Zero), S.Broadcast(T.Zero));
        for (; i <= _row.Extent - (2 * S.Width); i += 2 * S.Width)
        {
            even = S.MultiplyAdd(S.Load(left + i), S.Load(right + i), even);
            odd = S.MultiplyAdd(S.Load(left + i + S.Width), S.Load(right + i + S.Width), odd);
        }

        var total = S.Sum(S.Add(even, odd));
        for (; i < _row.Extent; i++)
        {
            total = T.FusedMultiplyAdd(left[i], right[i], total);
        }

        return total;
    }

    private void Products(T* left, T* right, T* output)
    {
        var i = 0L;
        if (_row is { Left: 1, Right: 1, Output: 1 })
        {
            var alpha = S.Broadcast(_alpha);
            for (; i <= _row.Extent - S.Width; i += S.Width)
            {
                var total = S.Broadcast(T.Zero);
                _depth.Reset();
                for (var j = 0L; j < _depth.Count; j++, _depth.Next())
                {
                    total = S.MultiplyAdd(
                        S.Load(left + i + _depth.Offsets[0]), S.Load(right + i + _depth.Offsets[1]), total);
                }

                S.Store(
                    _accumulate ? S.MultiplyAdd(alpha, total, S.Load(output + i)) : S.Multiply(alpha, total),
                    output + i);
            }
        }

        for (; i < _row.Extent; i++)
        {
            var total = T.Zero;
            _depth.Reset();
            for (var j = 0L; j < _depth.Count; j++, _depth.Next())
            {
                total = T.FusedMultiplyAdd(
                    left[(i * _row.Left) + _depth.Offsets[0]], right[(i * _row.Right) + _depth.Offsets[1]], total);
            }

            ref var element = ref output[i * _row.Output];
            element = _accumulate ? T.FusedMultiplyAdd(_alpha, total, element) : _alpha * total;
        }
    }
}
