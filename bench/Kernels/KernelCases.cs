using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Benchmarks;

/// <summary>
/// The calls that the programs of the looped toy model consist of, over 27 contexts of 3 tokens: each contraction pattern
/// for plain values and for tangents with a trailing axis of 24 directions, and the other kernels in both forms. Those of
/// GPT-2 blocks are in <see cref="DecoderCases"/>.
/// </summary>
public static class KernelCases
{
    private const int Contexts = 27;
    private const int Tokens = 3;
    private const int Symbols = 3;
    private const int Directions = 24;

    /// <summary>All cases.</summary>
    public static IEnumerable<KernelCase> All =>
    [
        .. new[] { 8, 16, 32 }.SelectMany(Contractions),
        Map("Map: a + b", [new MapStep(MapFunction.Add, 0, 1)], 2, Contexts, Tokens, 8),
        Map("Map: a + b, K=24", [new MapStep(MapFunction.Add, 0, 1)], 2, Contexts, Tokens, 8, Directions),
        Map("Map: (a - b) c d, K=24", SoftmaxTangent, 4, Contexts, Symbols, Directions),
        Map("Map: tanh(exp(0.1 a) + b)", Curved, 2, Contexts, Tokens, 8, Directions),
        Gather,
        Sum("Sum: innermost axis", [1], Contexts, Symbols),
        Sum("Sum: outermost axis, K=24", [0], Contexts, Tokens, 8, Directions),
        Sum("Sum: everything", [0, 1, 2], Contexts, Tokens, 8),
        Softmax("Softmax", logarithm: false, Contexts),
        Softmax("LogSoftmax", logarithm: true, Contexts),
        Softmax("Softmax, 10,000 rows", logarithm: false, 10_000),
        Fill("Fill", Contexts, Tokens, 8),
        Fill("Fill, K=24", Contexts, Tokens, 8, Directions),
        .. DecoderCases.All,
    ];

    private static MapStep[] SoftmaxTangent =>
    [
        new(MapFunction.Subtract, 0, 1), new(MapFunction.Multiply, 4, 2), new(MapFunction.Multiply, 5, 3),
    ];

    private static MapStep[] Curved =>
    [
        new(MapFunction.Scale, 0, Constant: 0.1), new(MapFunction.Exp, 2), new(MapFunction.Add, 3, 1),
        new(MapFunction.Tanh, 4),
    ];

    /// <summary>The last token of each context, taken out of (N,L,d,K).</summary>
    private static KernelCase Gather => new("Map: copy of last tokens, K=24", plan =>
        new MapCall(
            [plan.New(Contexts, Tokens, 8, Directions).Slice(1, Tokens - 1, 1)],
            [new MapStep(MapFunction.Copy, 0)],
            plan.New(Contexts, 1, 8, Directions)));

    /// <summary>
    /// The products of attention, forward and backward: n contexts, l and m tokens, a and b widths, k directions.
    /// </summary>
    private static IEnumerable<KernelCase> Contractions(int width) =>
        new[]
        {
            "ba,bc->ac", "nla,ab->nlb", "nla,ba->nlb", "nla,nma->nlm", "nlm,nma->nla", "nlm,nla->nma", "nla,nlb->ab",
            "nlak,ab->nlbk", "nla,abk->nlbk", "nlak,nma->nlmk", "nlmk,nma->nlak", "nlm,nlak->nmak", "nlak,nlb->abk",
        }.Select(notation => Contraction(notation, width));

    private static KernelCase Contraction(string notation, int width)
    {
        var (left, right, output) = notation.Split(',', '-', '>') switch
        {
            [var l, var r, _, var o] => (l, r, o),
            _ => throw new ArgumentException($"'{notation}' is not of the form 'ab,bc->ac'", nameof(notation)),
        };
        return new KernelCase(
            $"Contract d={width,-2} {notation}",
            plan => new ContractCall(
                New(plan, left), Labels(left), New(plan, right), Labels(right), New(plan, output), Labels(output),
                alpha: 1, accumulate: false),
            IsQuick: width == 8 && notation is "nla,ab->nlb" or "nlak,ab->nlbk");

        Operand New(OperandPlan plan, string labels) => plan.New([.. labels.Select(Extent)]);

        static int[] Labels(string labels) => [.. labels.Select(label => (int)label)];

        int Extent(char label) => label switch
        {
            'n' => Contexts,
            'l' or 'm' => Tokens,
            'k' => Directions,
            _ => width,
        };
    }

    private static KernelCase Map(string name, MapStep[] steps, int inputs, params int[] extents) => new(
        name,
        plan => new MapCall(
            [.. Enumerable.Range(0, inputs).Select(_ => plan.New(extents))], steps, plan.New(extents)));

    private static KernelCase Sum(string name, int[] axes, params int[] extents) => new(
        name,
        plan => new SumCall(
            plan.New(extents), axes, plan.New([.. extents.Where((_, axis) => !axes.Contains(axis))])));

    private static KernelCase Softmax(string name, bool logarithm, int rows) => new(
        name,
        plan => new SoftmaxCall(plan.New(rows, Symbols), 1, logarithm, plan.New(rows, Symbols)),
        IsQuick: rows == Contexts && !logarithm);

    private static KernelCase Fill(string name, params int[] extents) => new(
        name, plan => new FillCall(0.5, plan.New(extents)));
}
