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
        T* first = stackalloc T[MaxSets * S.Width], second = stackalloc T[MaxSets * S.Width];
        RowNumbers<T, V, S> means = new(first, sets[0].IsAlong), scales = new(second, sets[0].IsAlong);
        var length = S.Broadcast(_count);
        for (var i = 0; i < count; i++)
        {
            means[i] = _centered ? RowSums<T, V, S>.Total(in sets[i]) : S.Number(0);
        }

        for (var i = 0; i < means.Vectors(count); i++)
        {
            means.SetVector(i, S.Divide(means.Vector(i), length));
        }

        for (var i = 0; i < count; i++)
        {
            scales[i] = RowSums<T, V, S>.SquaredDistance(in sets[i], means[i]);
        }

        for (var i = 0; i < scales.Vectors(count); i++)
        {
            var variance = S.Divide(scales.Vector(i), length);
            scales.SetVector(i, S.Divide(S.Number(1), S.Sqrt(S.Add(variance, S.Broadcast(_epsilon)))));
        }

        for (var i = 0; i < count; i++)
        {
            if (_scale)
            {
                scales.Write(i, in sets[i]);
            }
            else
            {
                Normalize(in sets[i], means[i], scales[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Normalize(in RowSet<T> rows, V mean, V scale)
    {
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
