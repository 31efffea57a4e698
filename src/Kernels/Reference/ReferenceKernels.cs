using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Reference;

/// <summary>What each kernel means.</summary>
internal static class ReferenceKernels
{
    public static void Run(KernelCall call, HostMemory arena)
    {
        switch (call)
        {
            case MapCall map:
                Map(map, arena);
                break;
            case ContractCall contract:
                Contract(contract, arena);
                break;
            case SumCall sum:
                Reduce(sum.Input, sum.Axes, sum.Output, arena, elements => elements.Sum());
                break;
            case SoftmaxCall softmax:
                RowKernels.Softmax(softmax, arena);
                break;
            case RowLossCall loss:
                RowKernels.RowLoss(loss, arena);
                break;
            case NormalizeCall normalize:
                RowKernels.Normalize(normalize, arena);
                break;
            case SoftmaxJacobianProductCall product:
                RowKernels.SoftmaxJacobianProduct(product, arena);
                break;
            case NormalizeJacobianProductCall product:
                RowKernels.NormalizeJacobianProduct(product, arena);
                break;
            case CausalAttentionCall attention:
                RowKernels.CausalAttention(attention, arena);
                break;
            case CausalAttentionPullbackCall attention:
                RowKernels.CausalAttentionPullback(attention, arena);
                break;
            case ReduceCall reduce:
                Reduce(
                    reduce.Input,
                    reduce.Axes,
                    reduce.Output,
                    arena,
                    elements => RowKernels.Reduce(reduce.Reduction, elements));
                break;
            case IotaCall iota:
                var numbers = new Cells(iota.Output, arena);
                Cells.ForEach(iota.Output.Shape, index => numbers[index] = index[0]);
                break;
            case GatherCall gather:
                IndexKernels.Gather(gather, arena);
                break;
            case ScatterAddCall scatter:
                IndexKernels.ScatterAdd(scatter, arena);
                break;
            case OneHotCall oneHot:
                IndexKernels.OneHot(oneHot, arena);
                break;
            case ConvertCall convert:
                IndexKernels.Convert(convert, arena);
                break;
            case FillCall fill:
                var output = new Cells(fill.Output, arena);
                Cells.ForEach(fill.Output.Shape, index => output[index] = fill.Value);
                break;
            default:
                throw new NotSupportedException($"the reference backend has no kernel {call.Name}");
        }
    }

    private static double Apply(MapStep step, double a, double b, double c) => step.Function switch
    {
        MapFunction.Copy => a,
        MapFunction.Negate => -a,
        MapFunction.Add => a + b,
        MapFunction.Subtract => a - b,
        MapFunction.Multiply => a * b,
        MapFunction.Divide => a / b,
        MapFunction.Scale => step.Constant * a,
        MapFunction.Offset => a + step.Constant,
        MapFunction.Exp => Math.Exp(a),
        MapFunction.Log => Math.Log(a),
        MapFunction.Sqrt => Math.Sqrt(a),
        MapFunction.Tanh => Math.Tanh(a),
        MapFunction.Power => Math.Pow(a, step.Constant),
        MapFunction.ReciprocalSqrt => 1 / Math.Sqrt(a),
        MapFunction.Sigmoid => 1 / (1 + Math.Exp(-a)),
        MapFunction.Softplus => SpecialFunctions.Softplus(a),
        MapFunction.Sin => Math.Sin(a),
        MapFunction.Cos => Math.Cos(a),
        MapFunction.Erf => SpecialFunctions.Erf(a),
        MapFunction.Max => Math.Max(a, b),
        MapFunction.Min => Math.Min(a, b),
        MapFunction.Greater => a > b ? 1 : 0,
        MapFunction.Equal => a == b ? 1 : 0,
        MapFunction.Select => a != 0 ? b : c,
        MapFunction.Gelu => 0.5 * a * (1 + b),
        MapFunction.GeluTanhSlope => GeluFunctions.TanhSlope(a, b),
        MapFunction.GeluTanhCurvature => GeluFunctions.TanhCurvature(a, b),
        MapFunction.GeluErfSlope => GeluFunctions.ErfSlope(a, b),
        MapFunction.GeluErfCurvature => GeluFunctions.ErfCurvature(a),
        _ => throw new NotSupportedException($"the reference backend has no elementwise function {step.Function}"),
    };

    private static void Map(MapCall call, HostMemory arena)
    {
        var inputs = call.Inputs.Select(input => new Cells(input, arena)).ToArray();
        var output = new Cells(call.Output, arena);
        var registers = new double[inputs.Length + call.Steps.Count];
        Cells.ForEach(call.Output.Shape, index =>
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                registers[i] = inputs[i][index];
            }

            for (var s = 0; s < call.Steps.Count; s++)
            {
                var step = call.Steps[s];
                registers[inputs.Length + s] = Apply(
                    step,
                    registers[step.A],
                    step.Arity > 1 ? registers[step.B] : 0,
                    step.Arity > 2 ? registers[step.C] : 0);
            }

            output[index] = registers[^1];
        });
    }

    private static void Contract(ContractCall call, HostMemory arena)
    {
        var (left, right, output) =
            (new Cells(call.Left, arena), new Cells(call.Right, arena), new Cells(call.Output, arena));
        var extents = new Dictionary<int, int>();
        Note(call.LeftLabels, call.Left.Shape);
        Note(call.RightLabels, call.Right.Shape);
        var summed = extents.Keys.Where(label => !call.OutputLabels.Contains(label)).ToArray();
        var at = new Dictionary<int, int>();
        Cells.ForEach(call.Output.Shape, outer =>
        {
            for (var axis = 0; axis < outer.Length; axis++)
            {
                at[call.OutputLabels[axis]] = outer[axis];
            }

            var total = 0.0;
            Cells.ForEach(new Shape([.. summed.Select(label => extents[label])]), inner =>
            {
                for (var axis = 0; axis < inner.Length; axis++)
                {
                    at[summed[axis]] = inner[axis];
                }

                total += left[Index(call.LeftLabels)] * right[Index(call.RightLabels)];
            });
            output[outer] = (call.Accumulate ? output[outer] : 0) + (call.Alpha * total);
        });

        int[] Index(IReadOnlyList<int> labels) => [.. labels.Select(label => at[label])];

        void Note(IReadOnlyList<int> labels, Shape shape)
        {
            for (var axis = 0; axis < labels.Count; axis++)
            {
                extents[labels[axis]] = shape[axis];
            }
        }
    }

    private static void Reduce(
        Operand from, IReadOnlyList<int> axes, Operand to, HostMemory arena, Func<List<double>, double> reduction)
    {
        var (input, output) = (new Cells(from, arena), new Cells(to, arena));
        var kept = Enumerable.Range(0, from.Shape.Rank).Except(axes).ToArray();
        var reduced = new Shape([.. axes.Select(axis => from.Shape[axis])]);
        var at = new int[from.Shape.Rank];
        Cells.ForEach(to.Shape, outer =>
        {
            for (var axis = 0; axis < outer.Length; axis++)
            {
                at[kept[axis]] = outer[axis];
            }

            var elements = new List<double>();
            Cells.ForEach(reduced, inner =>
            {
                for (var axis = 0; axis < inner.Length; axis++)
                {
                    at[axes[axis]] = inner[axis];
                }

                elements.Add(input[at]);
            });
            output[outer] = reduction(elements);
        });
    }
}
