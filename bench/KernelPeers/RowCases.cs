using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Benchmarks.KernelPeers;

/// <summary>Kernels whose rows belong together: norms, losses, attention, sums.</summary>
internal static class RowCases
{
    private const double Epsilon = 1e-5;
    private const int Heads = 8, HeadWidth = 32;

    /// <summary>Tokens of all sequences of attention.</summary>
    private const int Tokens = 1024;

    /// <summary>All cases.</summary>
    public static IEnumerable<PeerCase> All(bool isQuick)
    {
        (int Rows, int Columns)[] sizes = isQuick ? [(512, 64)] : [(512, 64), (4096, 512)];
        return PeerCases.Elements.SelectMany(element => sizes
            .SelectMany(size => Of(element, size.Rows, size.Columns))
            .Concat(new[] { 64, 256, 1024 }.Select(length => Attention(element, length))));
    }

    private static IEnumerable<PeerCase> Of(ElementType element, int rows, int columns)
    {
        yield return Case("softmax", "softmax", tracer => Op.Softmax(Matrix(tracer), 1));
        yield return Case("log-softmax", "log_softmax", tracer => Op.LogSoftmax(Matrix(tracer), 1));
        yield return Case("layer norm", "layer_norm", tracer => Op.LayerNorm(
            Matrix(tracer),
            tracer.Data("gain", new Shape(columns), element),
            tracer.Data("bias", new Shape(columns), element),
            Epsilon));
        yield return Case("cross-entropy", "cross_entropy", CrossEntropy) with { Classes = columns };
        yield return Case("cross-entropy, gradient", "cross_entropy_gradient", CrossEntropy) with
        {
            Classes = columns,
            IsGradient = true,
        };
        yield return Case("column sums", "sum:0", tracer => Op.Sum(Matrix(tracer), [0]));
        yield return Case("row sums", "sum:1", tracer => Op.Sum(Matrix(tracer), [1]));
        yield return Case("total sum", "sum:01", tracer => Op.Sum(Matrix(tracer)));

        // A parameter, so that there is a gradient.
        Value Matrix(Tracer tracer) => tracer.Parameter("x", new Shape(rows, columns), element);

        Value CrossEntropy(Tracer tracer) =>
            Op.CrossEntropy(Matrix(tracer), tracer.Data("targets", new Shape(rows), ElementType.Int32));

        PeerCase Case(string kernel, string work, Func<Tracer, Value> trace) =>
            PeerCase.Of(kernel, $"{rows} x {columns}", element, work, trace);
    }

    private static PeerCase Attention(ElementType element, int length)
    {
        var shape = new Shape(Tokens / length, Heads, length, HeadWidth);
        return PeerCase.Of("causal attention", $"{shape}", element, "attention", tracer => Op.CausalAttention(
            tracer.Data("q", shape, element),
            tracer.Data("k", shape, element),
            tracer.Data("v", shape, element))) with { IsArithmetic = true };
    }
}
