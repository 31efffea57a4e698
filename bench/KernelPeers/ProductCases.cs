using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Benchmarks.KernelPeers;

/// <summary>Products of matrices: large ones, stacks of small ones with and without directions, and those with vectors.</summary>
internal static class ProductCases
{
    private const int Directions = 24;

    /// <summary>Elements of the largest operand with directions.</summary>
    private const long LargestTangent = 1 << 23;

    /// <summary>n x n, each side plain or stored transposed, at multiples of the vectors' width and beside them.</summary>
    public static IEnumerable<PeerCase> Large(bool isQuick)
    {
        int[] sizes = isQuick ? [255, 256, 512, 513, 1023, 1024] : [255, 256, 512, 513, 1023, 1024, 2048];
        return from element in PeerCases.Elements
               from form in (string[])["NN", "NT", "TN", "TT"]
               from n in sizes
               select MatMul(form, $"{n}", element, form, [n, n], [n, n]);
    }

    /// <summary>Stacks of m x m, and the same with an innermost axis of directions on the left side.</summary>
    public static IEnumerable<PeerCase> Small(bool isQuick)
    {
        int[] batches = isQuick ? [256] : [27, 256, 4096];
        var plain = from element in PeerCases.Elements
                    from m in (int[])[8, 16, 32, 64]
                    from batch in batches
                    select MatMul("stack", $"{batch} x {m}", element, "NN", [batch, m, m], [batch, m, m]);
        var tangents = from element in PeerCases.Elements
                       from notation in (string[])["nabk,bc->nack", "nabk,nbc->nack"]
                       from m in (int[])[8, 16, 32, 64]
                       from batch in batches
                       where (long)batch * m * m * Directions <= LargestTangent
                       select Contract(notation, batch, m, element);
        return plain.Concat(tangents);
    }

    /// <summary>Products in which a side is a vector or has few columns.</summary>
    public static IEnumerable<PeerCase> Skinny(bool isQuick)
    {
        int[] sizes = isQuick ? [1024] : [256, 1024, 4096];
        return PeerCases.Elements.SelectMany(element => sizes.SelectMany(n => Skinny(element, n)));
    }

    private static IEnumerable<PeerCase> Skinny(ElementType element, int n)
    {
        yield return Contract("matrix-vector", "ab,b->a", "matmul:NN", element, [n, n], [n]);
        yield return Contract("vector-matrix", "a,ab->b", "matmul:NN", element, [n], [n, n]);
        yield return MatMul("n x 4", $"{n}", element, "NN", [n, n], [n, 4]);
        yield return Contract("outer product", "a,b->ab", "outer", element, [n], [n]);
        yield return Contract("dot", "a,a->", "matmul:NN", element, [n * 64], [n * 64]);
    }

    private static PeerCase MatMul(string kernel, string size, ElementType element, string form, int[] left, int[] right) =>
        PeerCase.Of(kernel, size, element, $"matmul:{form}", tracer => Op.MatMul(
            tracer.Data("left", new Shape(left), element),
            tracer.Data("right", new Shape(right), element),
            transposeLeft: form[0] == 'T',
            transposeRight: form[1] == 'T')) with { IsArithmetic = true };

    private static PeerCase Contract(
        string kernel, string notation, string work, ElementType element, int[] left, int[] right) =>
        PeerCase.Of(kernel, $"{left[0]}", element, work, tracer => Op.Contract(
            notation,
            tracer.Data("left", new Shape(left), element),
            tracer.Data("right", new Shape(right), element))) with { IsArithmetic = true };

    private static PeerCase Contract(string notation, int batch, int m, ElementType element)
    {
        int[] right = notation.Contains(",n", StringComparison.Ordinal) ? [batch, m, m] : [m, m];
        return Contract(notation, notation, $"contract:{notation}", element, [batch, m, m, Directions], right) with
        {
            Size = $"{batch} x {m}, K = {Directions}",
        };
    }
}
