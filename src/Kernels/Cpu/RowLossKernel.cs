using System.Numerics;
using System.Runtime.CompilerServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu.Functions;

namespace Looped.Kernels.Cpu;

/// <summary>Cross-entropy of rows, or its gradient, in one pass over memory a row.</summary>
internal sealed unsafe class RowLossKernel<T, V, S>(RowLossCall call, HostMemory arena, Scratch scratch)
    : RowKernel<T, V, S>(
        scratch,
        RowAxis.Others(call.Logits.Shape, call.Targets.Shape.Rank),
        call.Logits.Shape[call.Targets.Shape.Rank],
        RowAxis.Of(call.Logits, call.Targets.Shape.Rank, arena),
        call.Gradient
            ? RowAxis.Of(call.Output, call.Targets.Shape.Rank, arena)
            : new RowOperand((nint)(arena.Pointer + call.Output.Offset), 0, call.Output.Strides.ToArray()),
        call.Gradient ? call.Logits.Shape[call.Targets.Shape.Rank] : 1,
        targets: new RowOperand((nint)(arena.Pointer + call.Targets.Offset), 0, call.Targets.Strides.ToArray()))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private readonly int _classes = call.Logits.Shape[call.Targets.Shape.Rank];
    private readonly int _ignored = call.Ignored;
    private readonly bool _gradient = call.Gradient;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Run(RowSet<T>* sets, int count)
    {
        T* first = stackalloc T[MaxSets * S.Width], second = stackalloc T[MaxSets * S.Width];
        RowNumbers<T, V, S> shifts = new(first, sets[0].IsAlong), totals = new(second, sets[0].IsAlong);
        RowPowers<T, V, S>.Shifts(sets, count, shifts);
        if (_gradient)
        {
            RowPowers<T, V, S>.Powers(sets, count, shifts, totals);
        }
        else
        {
            RowPowers<T, V, S>.Totals(sets, count, shifts, totals);
        }

        for (var i = 0; i < totals.Vectors(count); i++)
        {
            var total = totals.Vector(i);
            totals.SetVector(i, _gradient
                ? S.Divide(S.Number(1), total)
                : S.Add(shifts.Vector(i), Logarithm<T, V, S>.Of(total)));
        }

        if (_gradient)
        {
            RowPowers<T, V, S>.Scale(sets, count, totals);
        }

        for (var i = 0; i < count; i++)
        {
            if (_gradient)
            {
                SubtractTargets(in sets[i]);
            }
            else
            {
                Losses(in sets[i], totals.Rows(i));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Losses(in RowSet<T> rows, T* logs)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            var target = rows.Targets[row * rows.TargetStep];
            rows.Output[row] = target == _ignored ? T.Zero
                : IsClass(target) ? logs[row] - rows.Input[At(in rows, row, target, rows.InputStep)]
                : T.NaN;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SubtractTargets(in RowSet<T> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            var target = rows.Targets[row * rows.TargetStep];
            if (target != _ignored && IsClass(target))
            {
                rows.Output[At(in rows, row, target, rows.OutputStep)] -= T.One;
                continue;
            }

            for (var c = 0; c < _classes; c++)
            {
                rows.Output[At(in rows, row, c, rows.OutputStep)] = target == _ignored ? T.Zero : T.NaN;
            }
        }
    }

    private static long At(in RowSet<T> rows, int row, int target, long step) =>
        rows.IsAlong ? target : (target * step) + row;

    private bool IsClass(int target) => target >= 0 && target < _classes;
}
