using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of kernels that share rows along one axis among lanes: softmax.cu, normalize.cu, row_loss.cu.</summary>
internal static class RowLaunches
{
    public static void Add(LaunchList list, SoftmaxCall call)
    {
        var (axis, type, mask) = (call.Axis, call.Output.Type, call.Mask ?? call.Input);
        if (call.Output.Shape.Size == 0)
        {
            return;
        }

        var lanes = ReductionLaunches.RowLanes(call.Input.Shape[axis]);
        var arguments = new SoftmaxArguments
        {
            Input = list.Address(call.Input),
            Output = list.Address(call.Output),
            Mask = call.Mask is null ? 0 : list.Address(mask),
            Rows = new(Rows(call.Input.Shape, axis, call.Input, call.Output, mask)),
            InputStep = call.Input.Strides[axis],
            OutputStep = call.Output.Strides[axis],
            MaskStep = mask.Strides[axis],
            Length = (uint)call.Input.Shape[axis],
            Lanes = (uint)lanes,
            IsLogarithm = call.Logarithm ? 1u : 0u,
        };
        list.AddRows("softmax", $"softmax_{LaunchList.Suffix(type)}", arguments.Rows.Count, lanes, type, arguments);
    }

    public static void Add(LaunchList list, NormalizeCall call)
    {
        var (axis, type) = (call.Axis, call.Output.Type);
        if (call.Input.Shape.Size == 0)
        {
            return;
        }

        var lanes = ReductionLaunches.RowLanes(call.Input.Shape[axis]);
        var arguments = new NormalizeArguments
        {
            Input = list.Address(call.Input),
            Output = list.Address(call.Output),
            Rows = new(Rows(call.Input.Shape, axis, call.Input, call.Output)),
            InputStep = call.Input.Strides[axis],
            OutputStep = call.Output.Strides[axis],
            Epsilon = call.Epsilon,
            Length = (uint)call.Input.Shape[axis],
            Lanes = (uint)lanes,
            IsCentered = call.Centered ? 1u : 0u,
            IsScale = call.Scale ? 1u : 0u,
        };
        list.AddRows("normalize", $"normalize_{LaunchList.Suffix(type)}", arguments.Rows.Count, lanes, type, arguments);
    }

    public static void Add(LaunchList list, RowLossCall call)
    {
        var (axis, type) = (call.Targets.Shape.Rank, call.Output.Type);
        var lanes = ReductionLaunches.RowLanes(call.Logits.Shape[axis]);
        if (call.Output.Shape.Size == 0)
        {
            return;
        }

        var strides = call.Output.Strides.ToArray();
        var arguments = new RowLossArguments
        {
            Logits = list.Address(call.Logits),
            Targets = list.Address(call.Targets),
            Output = list.Address(call.Output),
            Rows = new(LoopNest.Over(
                [.. call.Targets.Shape.Select(extent => (long)extent)],
                call.Logits.Strides[..axis].ToArray(),
                call.Targets.Strides.ToArray(),
                strides[..axis])),
            LogitStep = call.Logits.Strides[axis],
            OutputStep = call.Gradient ? strides[axis] : 0,
            Classes = (uint)call.Logits.Shape[axis],
            Lanes = (uint)lanes,
            Ignored = call.Ignored,
            IsGradient = call.Gradient ? 1u : 0u,
        };
        list.AddRows("row_loss", $"row_loss_{LaunchList.Suffix(type)}", arguments.Rows.Count, lanes, type, arguments);
    }

    /// <summary>Loops over all axes but one.</summary>
    private static LoopNest Rows(Shape shape, int axis, params Operand[] operands)
    {
        int[] others = [.. Enumerable.Range(0, shape.Rank).Where(other => other != axis)];
        return LoopNest.Over(
            [.. others.Select(other => (long)shape[other])],
            [.. operands.Select(operand => others.Select(other => operand.Strides[other]).ToArray())]);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SoftmaxArguments
    {
        public ulong Input;
        public ulong Output;
        public ulong Mask;
        public StridedLoops<Steps3> Rows;
        public long InputStep;
        public long OutputStep;
        public long MaskStep;
        public uint Length;
        public uint Lanes;
        public uint IsLogarithm;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NormalizeArguments
    {
        public ulong Input;
        public ulong Output;
        public StridedLoops<Steps2> Rows;
        public long InputStep;
        public long OutputStep;
        public double Epsilon;
        public uint Length;
        public uint Lanes;
        public uint IsCentered;
        public uint IsScale;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct RowLossArguments
    {
        public ulong Logits;
        public ulong Targets;
        public ulong Output;
        public StridedLoops<Steps3> Rows;
        public long LogitStep;
        public long OutputStep;
        public uint Classes;
        public uint Lanes;
        public int Ignored;
        public uint IsGradient;
    }
}
