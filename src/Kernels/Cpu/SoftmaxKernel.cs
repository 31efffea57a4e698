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
    protected override void Run(in RowSet<T> rows)
    {
        var shift = RowPowers<T, V, S>.Shift(RowPowers<T, V, S>.Largest(in rows));
        var total = _logarithm ? RowPowers<T, V, S>.Total(in rows, shift) : RowPowers<T, V, S>.Powers(in rows, shift);

        // A sum of zero has no element above minus infinity: zero and minus infinity stay what they are.
        var isNone = S.Equal(total, S.Number(0));
        if (_logarithm)
        {
            var logarithm = S.Select(isNone, S.Number(0), Logarithm<T, V, S>.Of(total));
            RowPowers<T, V, S>.Subtract(in rows, shift, logarithm);
        }
        else
        {
            RowPowers<T, V, S>.Scale(in rows, S.Select(isNone, S.Number(0), S.Divide(S.Number(1), total)));
        }
    }
}
