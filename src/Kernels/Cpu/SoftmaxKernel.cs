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
        var shifts = stackalloc T[MaxSets * S.Width];
        var totals = stackalloc T[MaxSets * S.Width];
        for (var i = 0; i < count; i++)
        {
            S.Store(RowPowers<T, V, S>.Shift(RowPowers<T, V, S>.Largest(in sets[i])), shifts + (i * S.Width));
        }

        for (var i = 0; i < count; i++)
        {
            var shift = S.Load(shifts + (i * S.Width));
            var total = _logarithm
                ? RowPowers<T, V, S>.Total(in sets[i], shift)
                : RowPowers<T, V, S>.Powers(in sets[i], shift);
            S.Store(total, totals + (i * S.Width));
        }

        for (var i = 0; i < count; i++)
        {
            // A sum of zero has no element above minus infinity: zero and minus infinity stay what they are.
            var total = S.Load(totals + (i * S.Width));
            var isNone = S.Equal(total, S.Number(0));
            if (_logarithm)
            {
                var logarithm = S.Select(isNone, S.Number(0), Logarithm<T, V, S>.Of(total));
                RowPowers<T, V, S>.Subtract(in sets[i], S.Load(shifts + (i * S.Width)), logarithm);
            }
            else
            {
                RowPowers<T, V, S>.Scale(in sets[i], S.Select(isNone, S.Number(0), S.Divide(S.Number(1), total)));
            }
        }
    }
}
