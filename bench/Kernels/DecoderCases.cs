using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Benchmarks;

/// <summary>
/// The kernel calls of a decoder block of width 128 with 4 heads, over 4 sequences of 64 tokens: those that the toy models do
/// not have, in float64 and some in float32.
/// </summary>
public static class DecoderCases
{
    private const int Sequences = 4;
    private const int Tokens = 64;
    private const int Heads = 4;
    private const int Width = 128;
    private const int Symbols = 64;
    private const int Ignored = -1;
    private const double Epsilon = 1e-5;

    /// <summary>All cases.</summary>
    public static IEnumerable<KernelCase> All =>
    [
        .. new[] { ElementType.Float64, ElementType.Float32 }.SelectMany(InBothTypes),
        Case("Gather", plan => new GatherCall(
            plan.New(Symbols, Width), plan.Indices(Symbols, Sequences, Tokens), double.NaN, plan.New(Sequences, Tokens, Width))),
        Case("ScatterAdd", plan => new ScatterAddCall(
            plan.New(Sequences, Tokens, Width), plan.Indices(Symbols, Sequences, Tokens), plan.New(Symbols, Width))),
        Case("Max of rows", plan => new ReduceCall(
            plan.New(Sequences, Tokens, Symbols), [2], Reduction.Max, plan.New(Sequences, Tokens))),
        Case("LogSumExp of rows", plan => new ReduceCall(
            plan.New(Sequences, Tokens, Symbols), [2], Reduction.LogSumExp, plan.New(Sequences, Tokens))),
        Case("OneHot", plan => new OneHotCall(
            plan.Indices(Symbols, Sequences, Tokens), plan.New(Sequences, Tokens, Symbols))),
        Case("Convert float32 to float64", plan => new ConvertCall(
            plan.New(ElementType.Float32, Sequences, Tokens, Width), plan.New(Sequences, Tokens, Width))),
        Case("Convert float64 to float32", plan => new ConvertCall(
            plan.New(Sequences, Tokens, Width), plan.New(ElementType.Float32, Sequences, Tokens, Width))),
    ];

    private static IEnumerable<KernelCase> InBothTypes(ElementType element)
    {
        var (name, isQuick) = (element.ShortName(), element == ElementType.Float32);
        yield return Case($"Product {name} {Tokens}x{Width}x{Width}", isQuick, plan => new ContractCall(
            plan.New(element, Tokens, Width), [0, 1], plan.New(element, Width, Width), [1, 2],
            plan.New(element, Tokens, Width), [0, 2], alpha: 1, accumulate: false));
        yield return Case($"Normalize {name}", plan => new NormalizeCall(
            plan.New(element, Sequences, Tokens, Width), 2, Epsilon, centered: true, scale: false,
            plan.New(element, Sequences, Tokens, Width)));
        yield return Case($"NormalizationScale {name}", plan => new NormalizeCall(
            plan.New(element, Sequences, Tokens, Width), 2, Epsilon, centered: true, scale: true,
            plan.New(element, Sequences, Tokens, 1)));
        yield return Case($"RowLoss {name}", plan => new RowLossCall(
            plan.New(element, Sequences, Tokens, Symbols), plan.Indices(Symbols, Sequences, Tokens), Ignored, gradient: false,
            plan.New(element, Sequences, Tokens)));
        yield return Case($"RowLossGradient {name}", plan => new RowLossCall(
            plan.New(element, Sequences, Tokens, Symbols), plan.Indices(Symbols, Sequences, Tokens), Ignored, gradient: true,
            plan.New(element, Sequences, Tokens, Symbols)));
        yield return Case($"CausalAttention {name}", isQuick, plan => new CausalAttentionCall(
            Head(plan), Head(plan), Head(plan), 1 / Math.Sqrt(Width / Heads), Head(plan)));
        yield return Case($"Softmax {name}, {Symbols} columns", plan => new SoftmaxCall(
            plan.New(element, Sequences * Tokens, Symbols), 1, logarithm: false,
            plan.New(element, Sequences * Tokens, Symbols)));
        yield return Case($"GELU {name}", isQuick, plan => new MapCall(
            [plan.New(element, Sequences, Tokens, 4 * Width)],
            [
                new(MapFunction.Multiply, 0, 0), new(MapFunction.Scale, 1, Constant: 0.0357),
                new(MapFunction.Offset, 2, Constant: 0.798), new(MapFunction.Multiply, 3, 0),
                new(MapFunction.Tanh, 4), new(MapFunction.Gelu, 0, 5),
            ],
            plan.New(element, Sequences, Tokens, 4 * Width)));

        Kernels.Operand Head(OperandPlan plan) => plan.New(element, Sequences, Heads, Tokens, Width / Heads);
    }

    private static KernelCase Case(string name, Func<OperandPlan, KernelCall> make) => new(name, make);

    private static KernelCase Case(string name, bool isQuick, Func<OperandPlan, KernelCall> make) => new(name, make, isQuick);
}
