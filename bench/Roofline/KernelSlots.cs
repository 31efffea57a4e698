using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Benchmarks.Roofline;

/// <summary>
/// Time of kernels in registers, in slots of the multiply-add units: what multiplies takes one, a scaling by a power of two
/// takes two, and what adds, compares or permutes half of one, since as many other units do it beside them, where that is
/// more in all. Counted are the instructions of our code for 512 bits; with 256 bits functions take more. See
/// docs/kernels.md.
/// </summary>
public static class KernelSlots
{
    /// <summary>Slots of a call, those of a vector counted once for each lane.</summary>
    public static double Of(KernelCall call)
    {
        var size = (double)call.Output.Shape.Size;
        var isNarrow = call.Output.Type == ElementType.Float32;
        var exponential = Exponential(isNarrow);
        return call switch
        {
            MapCall map => size * OfChain([.. map.Steps.Select(step => step.Function)], isNarrow),
            ContractCall => KernelFlops.Of(call) / 2,
            SumCall or ReduceCall { Reduction: Reduction.Max } => KernelFlops.Of(call) / 2,
            ReduceCall sum => sum.Input.Shape.Size * (exponential + 1.5),
            SoftmaxCall => size * (exponential + 2.5),
            RowLossCall loss => loss.Logits.Shape.Size * (exponential + (loss.Gradient ? 2.5 : 1.5)),
            NormalizeCall norm => norm.Input.Shape.Size * (norm.Centered ? 3.0 : 2),
            CausalAttentionCall attention => OfAttention(attention, exponential),
            _ => KernelFlops.Of(call),
        };
    }

    /// <summary>Two products of the seen half of the scores, and their softmax.</summary>
    private static double OfAttention(CausalAttentionCall call, double exponential)
    {
        var shape = call.Query.Shape;
        return (double)shape[0] * shape[1] * shape[2] * (shape[2] + 1) / 2 * ((2 * shape[3]) + exponential + 2.5);
    }

    /// <summary>A chain that ends with GELU by tanh is one formula with a power of two; of others each step counts.</summary>
    private static double OfChain(MapFunction[] steps, bool isNarrow) => steps switch
    {
        [.., MapFunction.Tanh, MapFunction.Gelu] => isNarrow ? 10 : 13,
        [.., MapFunction.Tanh, MapFunction.GeluTanhSlope] => isNarrow ? 15 : 18,
        _ => steps.Sum(step => OfStep(step, isNarrow)),
    };

    private static double Exponential(bool isNarrow) => isNarrow ? 9 : 12;

    private static double OfStep(MapFunction function, bool isNarrow) => function switch
    {
        MapFunction.Copy => 0,
        MapFunction.Exp => Exponential(isNarrow),
        MapFunction.Sin or MapFunction.Cos => isNarrow ? 26 : 30,
        MapFunction.Log => isNarrow ? 8 : 14,
        MapFunction.Tanh => isNarrow ? 14 : 18,
        MapFunction.Sigmoid => Exponential(isNarrow) + 1,
        MapFunction.Erf => isNarrow ? 10 : 42,
        MapFunction.Power => isNarrow ? 40 : 45,
        MapFunction.Softplus => Exponential(isNarrow) + (isNarrow ? 12 : 16),
        MapFunction.ReciprocalSqrt or MapFunction.Gelu => 2,
        MapFunction.GeluTanhSlope => 6,
        MapFunction.GeluTanhCurvature => 7,
        MapFunction.GeluErfSlope or MapFunction.GeluErfCurvature => Exponential(isNarrow) + 7,
        MapFunction.Multiply or MapFunction.Divide or MapFunction.Scale or MapFunction.Sqrt => 1,
        _ => 0.5,
    };
}
