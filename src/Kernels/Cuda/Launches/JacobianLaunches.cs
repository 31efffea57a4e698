using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;

namespace Looped.Kernels.Cuda;

/// <summary>
/// Launches of Jacobians along one axis times tangents, a row for each direction: softmax_jacobian.cu, normalize_jacobian.cu.
/// </summary>
internal static class JacobianLaunches
{
    public static void Add(LaunchList list, SoftmaxJacobianProductCall call)
    {
        var (axis, type) = (call.Axis, call.Output.Type);
        if (call.Output.Shape.Size == 0)
        {
            return;
        }

        var rows = Rows(call.Softmax, call.Tangent, axis, call.Output);
        var lanes = Lanes(rows, call.Tangent, axis);
        var arguments = new SoftmaxJacobianArguments
        {
            Softmax = list.Address(call.Softmax),
            Tangent = list.Address(call.Tangent),
            Output = list.Address(call.Output),
            Rows = new(rows),
            SoftmaxStep = call.Softmax.Strides[axis],
            TangentStep = call.Tangent.Strides[axis],
            OutputStep = call.Output.Strides[axis],
            Length = (uint)call.Tangent.Shape[axis],
            Lanes = (uint)lanes,
        };
        var kernel = $"softmax_jacobian_{LaunchList.Suffix(type)}";
        list.AddRows("softmax_jacobian", kernel, arguments.Rows.Count, lanes, type, arguments);
    }

    public static void Add(LaunchList list, NormalizeJacobianProductCall call)
    {
        var (axis, type) = (call.Axis, call.Output.Type);
        if (call.Output.Shape.Size == 0)
        {
            return;
        }

        var rows = Rows(call.Input, call.Tangent, axis, call.Output);
        var lanes = Lanes(rows, call.Tangent, axis);
        var arguments = new NormalizeJacobianArguments
        {
            Input = list.Address(call.Input),
            Tangent = list.Address(call.Tangent),
            Output = list.Address(call.Output),
            Rows = new(rows),
            InputStep = call.Input.Strides[axis],
            TangentStep = call.Tangent.Strides[axis],
            OutputStep = call.Output.Strides[axis],
            Epsilon = call.Epsilon,
            Length = (uint)call.Tangent.Shape[axis],
            Lanes = (uint)lanes,
            IsCentered = call.Centered ? 1u : 0u,
        };
        var kernel = $"normalize_jacobian_{LaunchList.Suffix(type)}";
        list.AddRows("normalize_jacobian", kernel, arguments.Rows.Count, lanes, type, arguments);
    }

    /// <summary>
    /// Loops over all axes of tangents but one, with the steps of tangents, primal and output; a primal without directions
    /// is the same for all.
    /// </summary>
    private static LoopNest Rows(Operand primal, Operand tangent, int axis, Operand output)
    {
        int[] others = [.. Enumerable.Range(0, tangent.Shape.Rank).Where(other => other != axis)];
        return LoopNest.Over(
            [.. others.Select(other => (long)tangent.Shape[other])],
            [.. others.Select(other => tangent.Strides[other])],
            [.. others.Select(other => other < primal.Shape.Rank ? primal.Strides[other] : 0)],
            [.. others.Select(other => output.Strides[other])]);
    }

    private static int Lanes(LoopNest rows, Operand tangent, int axis)
    {
        var length = tangent.Shape[axis];
        return ReductionLaunches.Lanes(rows, LoopNest.Over([length], [tangent.Strides[axis]]), length);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SoftmaxJacobianArguments
    {
        public ulong Softmax;
        public ulong Tangent;
        public ulong Output;
        public StridedLoops<Steps3> Rows;
        public long SoftmaxStep;
        public long TangentStep;
        public long OutputStep;
        public uint Length;
        public uint Lanes;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NormalizeJacobianArguments
    {
        public ulong Input;
        public ulong Tangent;
        public ulong Output;
        public StridedLoops<Steps3> Rows;
        public long InputStep;
        public long TangentStep;
        public long OutputStep;
        public double Epsilon;
        public uint Length;
        public uint Lanes;
        public uint IsCentered;
    }
}
