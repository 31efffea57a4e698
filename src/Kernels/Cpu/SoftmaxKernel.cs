using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <summary>Softmax or its logarithm along one axis.</summary>
internal sealed unsafe class SoftmaxKernel<T, V, S>(SoftmaxCall call, HostMemory arena, Scratch scratch)
    : RowKernel<T, V, S>(
        scratch,
        RowAxis.Others(call.Input.Shape, call.Axis),
        call.Input.Shape[call.Axis],
        RowAxis.Of(call.Input, call.Axis, arena),
        RowAxis.Of(call.Output, call.Axis, arena),
        call.Input.Shape[call.Axis],
        mask: call.Mask is null ? null : RowAxis.Of(call.Mask, call.Axis, arena))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly bool _logarithm = call.Logarithm;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Run(RowSet<T>* sets, int count)
    {
        T* first = stackalloc T[MaxSets * S.Width], second = stackalloc T[MaxSets * S.Width];
        RowNumbers<T, V, S> shifts = new(first, sets[0].IsAlong), totals = new(second, sets[0].IsAlong);
        RowPowers<T, V, S>.Shifts(sets, count, shifts);
        if (_logarithm)
        {
            RowPowers<T, V, S>.Totals(sets, count, shifts, totals);
        }
        else
        {
            RowPowers<T, V, S>.Powers(sets, count, shifts, totals);
        }

        for (var i = 0; i < totals.Vectors(count); i++)
        {
            // A sum of zero has no element above minus infinity: zero and minus infinity stay what they are.
            var total = totals.Vector(i);
            var last = _logarithm ? Logarithm<T, V, S>.Of(total) : S.Divide(S.Number(1), total);
            totals.SetVector(i, S.Select(S.Equal(total, S.Number(0)), S.Number(0), last));
        }

        if (_logarithm)
        {
            RowPowers<T, V, S>.Subtract(sets, count, shifts, totals);
        }
        else
        {
            RowPowers<T, V, S>.Scale(sets, count, totals);
        }
    }
}
