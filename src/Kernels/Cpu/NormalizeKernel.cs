using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Layer or RMS normalisation along one axis, or its scale.</summary>
internal sealed unsafe class NormalizeKernel<T, V, S>(NormalizeCall call, HostMemory arena, Scratch scratch)
    : RowKernel<T, V, S>(
        scratch,
        RowAxis.Others(call.Input.Shape, call.Axis),
        call.Input.Shape[call.Axis],
        RowAxis.Of(call.Input, call.Axis, arena),
        RowAxis.Of(call.Output, call.Axis, arena),
        call.Output.Shape[call.Axis])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly T _count = T.CreateTruncating(call.Input.Shape[call.Axis]);
    private readonly T _epsilon = T.CreateTruncating(call.Epsilon);
    private readonly bool _centered = call.Centered;
    private readonly bool _scale = call.Scale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Run(RowSet<T>* sets, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Normalize(in sets[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize(in RowSet<T> rows)
    {
        var count = S.Broadcast(_count);
        var mean = _centered ? S.Divide(RowSums<T, V, S>.Total(in rows), count) : S.Number(0);
        var variance = S.Divide(RowSums<T, V, S>.SquaredDistance(in rows, mean), count);
        var scale = S.Divide(S.Number(1), S.Sqrt(S.Add(variance, S.Broadcast(_epsilon))));
        if (_scale)
        {
            S.Store(scale, rows.Output, S.First(rows.Rows));
            return;
        }

        var x = rows.Input;
        var output = rows.Output;
        var (step, outputStep) = (rows.InputStep, rows.OutputStep);
        for (var left = rows.Vectors; left > 0; left--, x += step, output += outputStep)
        {
            S.Store(S.Multiply(scale, S.Subtract(S.Load(x), mean)), output);
        }

        if (rows.Tail > 0)
        {
            S.Store(S.Multiply(scale, S.Subtract(S.Load(x, S.First(rows.Tail)), mean)), output, S.First(rows.Tail));
        }
    }
}
