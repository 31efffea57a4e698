using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Benchmarks.Roofline;

/// <summary>
/// Floating-point operations of kernels. Sums, products, comparisons, quotients and roots count one; functions without a
/// closed form count what an argument reduction and a minimax polynomial of the type's precision take, a little less in
/// float32 than half of float64.
/// </summary>
public static class KernelFlops
{
    /// <summary>Operations of one exponential: reduction, a polynomial of degree 11 or 5, scaling.</summary>
    private const int Exponential64 = 30, Exponential32 = 16;

    /// <summary>Operations of one logarithm: a quotient more, and a polynomial in its square.</summary>
    private const int Logarithm64 = 40, Logarithm32 = 20;

    /// <summary>Operations of a call.</summary>
    public static double Of(KernelCall call)
    {
        var size = (double)call.Output.Shape.Size;
        var (exponential, logarithm) = Functions(call.Output.Type);
        return call switch
        {
            MapCall map => size * map.Steps.Sum(step => OfStep(step.Function, call.Output.Type)),
            ContractCall contract => 2 * Products(contract),
            SumCall sum => sum.Inputs[0].Shape.Size,
            ReduceCall { Reduction: Reduction.Max } max => max.Input.Shape.Size,
            ReduceCall sum => (double)sum.Input.Shape.Size * (exponential + 3),
            SoftmaxCall softmax => size * (exponential + 4),
            RowLossCall loss => (double)loss.Logits.Shape.Size * (exponential + (loss.Gradient ? 4 : 3)) +
                (loss.Gradient ? 0 : size * logarithm),
            NormalizeCall norm => (double)norm.Input.Shape.Size * (norm.Centered ? 5 : 3),
            CausalAttentionCall attention => Attention(attention, exponential),
            ScatterAddCall scatter => scatter.Rows.Shape.Size,
            _ => 0,
        };
    }

    /// <summary>Operations of one element of a step of a chain.</summary>
    private static int OfStep(MapFunction function, ElementType element)
    {
        var (exponential, logarithm) = Functions(element);
        return function switch
        {
            MapFunction.Copy => 0,
            MapFunction.Exp or MapFunction.Sin or MapFunction.Cos => exponential,
            MapFunction.Log => logarithm,
            MapFunction.Tanh or MapFunction.Sigmoid => exponential + 4,
            MapFunction.Erf => exponential * 2,
            MapFunction.Power or MapFunction.Softplus => exponential + logarithm,
            MapFunction.ReciprocalSqrt => 2,
            MapFunction.Gelu => 3,
            MapFunction.GeluTanhSlope => 10,
            MapFunction.GeluTanhCurvature => 16,
            MapFunction.GeluErfSlope or MapFunction.GeluErfCurvature => exponential + 5,
            _ => 1,
        };
    }

    /// <summary>Products of a contraction: the extents of all its labels.</summary>
    private static double Products(ContractCall call)
    {
        var extents = new Dictionary<int, double>();
        foreach (var (labels, operand) in ((IReadOnlyList<int>, Kernels.Operand)[])
            [(call.LeftLabels, call.Left), (call.RightLabels, call.Right)])
        {
            for (var axis = 0; axis < labels.Count; axis++)
            {
                extents[labels[axis]] = operand.Shape[axis];
            }
        }

        return extents.Values.Aggregate(1.0, (product, extent) => product * extent);
    }

    /// <summary>Two products of the seen half of the scores, and their softmax.</summary>
    private static double Attention(CausalAttentionCall call, int exponential)
    {
        var shape = call.Query.Shape;
        var scores = (double)shape[0] * shape[1] * shape[2] * (shape[2] + 1) / 2;
        return scores * ((4 * shape[3]) + exponential + 4);
    }

    private static (int Exponential, int Logarithm) Functions(ElementType element) => element == ElementType.Float32
        ? (Exponential32, Logarithm32)
        : (Exponential64, Logarithm64);
}
