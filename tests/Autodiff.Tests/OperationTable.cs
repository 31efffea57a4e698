using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// Every operation on shapes that are scalar, empty, of extent one, odd, broadcast and batched: what the property tests
/// walk. A new operation gets an entry here.
/// </summary>
internal static class OperationTable
{
    private static readonly Shape[] Shapes =
        [Shape.Scalar, new(0), new(1), new(7), new(3, 5), new(2, 0), new(2, 1, 4), new(1, 1)];

    private static readonly (Shape Left, Shape Right)[] Pairs =
    [
        (Shape.Scalar, Shape.Scalar), (new(3), Shape.Scalar), (Shape.Scalar, new(3)), (new(2, 3), new(3)),
        (new(3), new(2, 3)), (new(2, 1), new(1, 3)), (new(5, 7), new(5, 7)), (new(2, 3, 4), new(3, 1)),
        (new(1), new(1, 1)), (new(0), new(1)), (new(3), new(0, 3)), (new(1, 3), new(0, 3)), (new(1), new(9)),
    ];

    /// <summary>All cases by the name of their operation.</summary>
    public static readonly ILookup<string, OperationCase> Cases = All().ToLookup(entry => entry.Operation);

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Operations => [.. Cases.Select(group => group.Key)];

    private static IEnumerable<OperationCase> All() =>
    [
        .. Binary("Add", Op.Add),
        .. Binary("Subtract", Op.Subtract),
        .. Binary("Multiply", Op.Multiply),
        .. Binary("Divide", Op.Divide, domain: Domain.Positive),
        .. Unary("Square", x => x * x),
        .. Unary("Scale", x => -1.7 * x),
        .. Unary("Offset", x => (0.3 - x - 0.7) + 2),
        .. Unary("Exp", Op.Exp),
        .. Unary("Log", Op.Log, domain: Domain.Positive),
        .. Unary("Sqrt", Op.Sqrt, domain: Domain.Positive),
        .. Unary("Tanh", Op.Tanh),
        .. Unary("Constant", x => x * Op.Full(x.Graph, x.Type, 1.5)),
        Of("Identity", v => v[0] * Op.Identity(v[0].Graph, v[0].Type.Element, 3), new Shape(3, 3)),
        Of("Identity", v => v[0] * Op.Identity(v[0].Graph, v[0].Type.Element, 0), new Shape(0, 0)),
        .. Unary("Rsqrt", Op.Rsqrt, domain: Domain.Positive),
        .. new[] { 0, 1, 2, 3, -1, 0.5, -0.5, 2.5 }.SelectMany(
            exponent => Unary("Power", x => Op.Power(x, exponent), domain: Domain.Positive)),
        .. Unary("Sigmoid", Op.Sigmoid),
        .. Unary("Softplus", Op.Softplus),
        .. Unary("Sin", Op.Sin),
        .. Unary("Cos", Op.Cos),
        .. Unary("Erf", Op.Erf),
        .. Unary("GeluTanh", x => Op.Gelu(x, GeluForm.Tanh)),
        .. Unary("GeluExact", x => Op.Gelu(x, GeluForm.Exact)),
        .. Unary("Relu", Op.Relu, domain: Domain.Distinct),
        .. Binary("Max", Op.Max, domain: Domain.Distinct),
        .. Binary("Min", Op.Min, domain: Domain.Distinct),
        new("MaxTies", [new(7), new(7)], v => Op.Max(v[0], v[1]), Domain.Ties),
        new("MaxTies", [new(3, 2)], v => Op.Max(v[0], [1]), Domain.Ties),
        new("MaxTies", [new(3, 2)], v => Op.Max(v[0]), Domain.Ties),
        new("MaxTies", [new(3, 7), new(7)], v => Op.Max(v[0], v[1]), Domain.Ties),
        new("MaxTies", [new(7), new(3, 7)], v => Op.Max(v[0], v[1]), Domain.Ties),
        new("MinTies", [new(7), new(3, 7)], v => Op.Min(v[0], v[1]), Domain.Ties),
        new("MinTies", [new(7), new(7)], v => Op.Min(v[0], v[1]), Domain.Ties),
        new("MinTies", [new(3, 7), new(7)], v => Op.Min(v[0], v[1]), Domain.Ties),
        .. Binary("Greater", (a, b) => a * Op.Greater(a, b), domain: Domain.Distinct),
        .. Binary("Equal", (a, b) => b * Op.Equal(a, b), domain: Domain.Distinct),
        .. Binary("Where", (a, b) => Op.Where(Op.Greater(a, b), a * a, b), domain: Domain.Distinct),
        .. Views(),
        .. ModelOperations.Cases,
        .. Sums(),
        .. Axes("Softmax", (x, axis) => Op.Softmax(x, axis)),
        .. Axes("LogSoftmax", (x, axis) => Op.LogSoftmax(x, axis)),
        .. Contractions(),
        .. Products(),
        Of("CrossEntropy", v => Op.CrossEntropy(v[0], v[1]), new(5, 3), new(5, 3)),
        Of("CrossEntropy", v => Op.CrossEntropy(v[0], v[1]), new(0, 3), new(0, 3)),
        Of("CrossEntropy", v => Op.CrossEntropy(v[0], v[1]), new(1, 1), new(1, 1)),
    ];

    internal static OperationCase Of(string operation, Func<Value[], Value> build, params Shape[] shapes) =>
        new(operation, shapes, build);

    private static IEnumerable<OperationCase> Unary(
        string operation, Func<Value, Value> build, Domain domain = Domain.Real) =>
        Shapes.Select(shape => new OperationCase(operation, [shape], v => build(v[0]), domain));

    private static IEnumerable<OperationCase> Binary(
        string operation, Func<Value, Value, Value> build, Domain domain = Domain.Real) =>
    [
        .. Pairs.Select(pair => new OperationCase(
            operation, [pair.Left, pair.Right], v => build(v[0], v[1]), domain)),
        new OperationCase(operation, [new(2, 3)], v => build(v[0], v[0]), domain),
    ];

    private static IEnumerable<OperationCase> Views() =>
    [
        Of("Reshape", v => Op.Reshape(v[0], new(6)), new Shape(2, 3)),
        Of("Reshape", v => Op.Reshape(v[0], new(1, 1)), Shape.Scalar),
        Of("Reshape", v => Op.Reshape(v[0], Shape.Scalar), new Shape(1)),
        Of("Reshape", v => Op.Reshape(v[0], new(0, 5)), new Shape(2, 0)),
        Of("Reshape", v => Op.Reshape(Op.Transpose(v[0], [1, 0]), new(15)), new Shape(3, 5)),
        Of("Reshape", v => Op.Reshape(Op.Reshape(v[0], new(4, 3)), new(2, 6)), new Shape(12)),
        Of("Transpose", v => Op.Transpose(v[0], []), Shape.Scalar),
        Of("Transpose", v => Op.Transpose(v[0], [1, 0]), new Shape(3, 5)),
        Of("Transpose", v => Op.Transpose(v[0], [2, 0, 1]), new Shape(2, 3, 4)),
        Of("Transpose", v => Op.Transpose(Op.Transpose(v[0], [1, 2, 0]), [1, 0, 2]), new Shape(2, 3, 4)),
        Of("Transpose", v => Op.Transpose(v[0], [1, 0]), new Shape(0, 2)),
        Of("Slice", v => Op.Slice(v[0], 0, 2, 3), new Shape(7)),
        Of("Slice", v => Op.Slice(v[0], 1, 1, 3), new Shape(2, 5, 3)),
        Of("Slice", v => Op.Slice(v[0], 1, 0, 0), new Shape(2, 5)),
        Of("Slice", v => Op.Slice(v[0], 0, 0, 4), new Shape(4)),
        Of("Slice", v => Op.Slice(Op.Transpose(v[0], [1, 0]), 0, 4, 1), new Shape(3, 5)),
        Of(
            "Slice",
            v => Op.Slice(v[0], 1, 1, 2) + Op.Slice(Op.Concatenate(1, v[0], v[1]), 1, 4, 2),
            new Shape(2, 3),
            new Shape(2, 4)),
        Of("Slice", v => Op.Slice(Op.Concatenate(1, v[0], v[1]), 1, 2, 2), new Shape(2, 3), new Shape(2, 4)),
        Of("Slice", v => Op.Slice(Op.Concatenate(1, v[0], v[1]), 0, 1, 1), new Shape(2, 3), new Shape(2, 4)),
        Of("Index", v => Op.Index(v[0], 1, 2), new Shape(2, 3, 4)),
        Of("Index", v => Op.Index(v[0], 0, 0), new Shape(1)),
        Of("Pad", v => Op.Pad(v[0], 0, 2, 1), new Shape(3)),
        Of("Pad", v => Op.Pad(v[0], 1, 0, 2), new Shape(2, 3, 2)),
        Of("Pad", v => Op.Pad(v[0], 0, 1, 1), new Shape(0, 2)),
        Of("Pad", v => Op.Pad(v[0], 1, 0, 0), new Shape(2, 3)),
        Of("Pad", v => Op.Pad(Op.Transpose(v[0], [1, 0]), 1, 1, 0), new Shape(3, 2)),
        Of("BroadcastTo", v => Op.BroadcastTo(v[0], new(3, 2)), Shape.Scalar),
        Of("BroadcastTo", v => Op.BroadcastTo(v[0], new(4, 3)), new Shape(3)),
        Of("BroadcastTo", v => Op.BroadcastTo(v[0], new(2, 3, 4)), new Shape(3, 1)),
        Of("BroadcastTo", v => Op.BroadcastTo(v[0], new(0, 3)), new Shape(1, 3)),
        Of("BroadcastTo", v => Op.BroadcastTo(v[0], new(3)), new Shape(3)),
        Of("BroadcastTo", v => Op.Reshape(Op.BroadcastTo(v[0], new(2, 3)), new(6)), new Shape(2, 1)),
    ];

    private static IEnumerable<OperationCase> Sums() =>
    [
        Of("Sum", v => Op.Sum(v[0]), Shape.Scalar),
        Of("Sum", v => Op.Sum(v[0]), new Shape(0)),
        Of("Sum", v => Op.Sum(v[0], []), new Shape(3)),
        .. new[] { new IndexList(), [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2] }
            .SelectMany(axes => new[] { new Shape(2, 3, 4), new Shape(1, 5, 1), new Shape(2, 0, 3) }
                .Select(shape => Of("Sum", v => Op.Sum(v[0], axes), shape))),
        Of("Sum", v => Op.Sum(Op.Transpose(v[0], [1, 0]), [0]), new Shape(9, 17)),
    ];

    private static IEnumerable<OperationCase> Axes(string operation, Func<Value, int, Value> build) =>
        new[] { new Shape(1), new(7), new(3, 5), new(2, 3, 4), new(0, 3), new(3, 0), new(2, 1) }
            .SelectMany(shape => Enumerable.Range(0, shape.Rank)
                .Select(axis => Of(operation, v => build(v[0], axis), shape)));

    private static IEnumerable<OperationCase> Contractions()
    {
        var extents = new Dictionary<char, int>
        {
            ['m'] = 3, ['k'] = 5, ['n'] = 4, ['b'] = 2, ['l'] = 3, ['a'] = 2, ['u'] = 1, ['z'] = 0,
            ['p'] = 3,
        };
        foreach (var notation in (string[])
        [
            "mk,kn->mn", "km,nk->nm", "bmk,bkn->bmn", "bmk,kn->bmn", "k,k->", "m,n->mn", "m,n->nm", "mk,k->m", "mn,mn->mn",
            "mn,n->mn", ",->", "m,->m", "nla,nma->nlm", "nlm,nma->nla", "mab,nba->mn", "abm,bam->m", "mu,un->mn",
            "ml,lp->mp", "lm,pl->mp", "mz,zn->mn", "zm,mn->zn", "z,z->", "b,bm->bm",
        ])
        {
            var inputs = notation.Split("->")[0].Split(',');
            Shape[] shapes = [.. inputs.Select(labels => new Shape([.. labels.Select(label => extents[label])]))];
            yield return Of("Contract", v => Op.Contract(notation, v[0], v[1], alpha: -0.5), shapes);
        }

        yield return Of("Contract", v => Op.Contract("mk,nk->mn", v[0], v[0]), new Shape(3, 4));
        yield return Of("Contract", v => 3 * Op.Contract("mk,kn->mn", 2 * v[0], -v[1]), new(2, 3), new(3, 2));
    }

    private static IEnumerable<OperationCase> Products()
    {
        foreach (var (left, right) in new (Shape, Shape)[]
        {
            (new(3, 5), new(5, 2)), (new(2, 3, 5), new(5, 2)), (new(3, 5), new(2, 5, 4)), (new(2, 3, 5), new(2, 5, 1)),
            (new(1, 3, 5), new(4, 5, 2)), (new(4, 3, 5), new(1, 5, 2)), (new(2, 1, 3, 2), new(4, 2, 2)),
            (new(1, 1), new(1, 1)), (new(1, 2, 3), new(3, 2)), (new(2, 0), new(0, 3)), (new(0, 2), new(2, 3)),
            (new(1, 2, 3), new(1, 3, 2)), (new(17, 9), new(9, 33)),
        })
        {
            foreach (var (transposeLeft, transposeRight) in new[]
            {
                (false, false), (true, false), (false, true), (true, true),
            })
            {
                yield return Of(
                    "MatMul",
                    v => Op.MatMul(v[0], v[1], transposeLeft, transposeRight),
                    transposeLeft ? Transposed(left) : left,
                    transposeRight ? Transposed(right) : right);
            }
        }

        static Shape Transposed(Shape shape) =>
            new([.. shape.SkipLast(2), shape[shape.Rank - 1], shape[shape.Rank - 2]]);
    }
}
