using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>The table's cases of operations that models are made of: embeddings, norms, losses, attention.</summary>
internal static class ModelOperations
{
    public static IEnumerable<OperationCase> Cases =>
    [
        .. Concatenations(), .. Indexing(), .. Masks(), .. Losses(), WeightedCrossEntropy, .. Norms(), .. Attention(),
        .. Reductions(),
    ];

    private static OperationCase Of(string operation, Func<Value[], Value> build, params Shape[] shapes) =>
        OperationTable.Of(operation, build, shapes);

    private static OperationCase WithIndices(
        string operation, Func<Value[], Value> build, Shape shape, params IndexInput[] indices) =>
        new(operation, [shape], build) { Indices = indices };

    private static IEnumerable<OperationCase> Concatenations() =>
    [
        Of("Concatenate", v => Op.Concatenate(0, v), new(2), new(3)),
        Of("Concatenate", v => Op.Concatenate(1, v), new(2, 3), new(2, 1), new(2, 4)),
        Of("Concatenate", v => Op.Concatenate(0, v), new(0, 2), new(3, 2)),
        Of("Concatenate", v => Op.Concatenate(1, v[0], v[0]), new Shape(2, 3, 2)),
        Of("Concatenate", v => Op.Concatenate(0, v), new Shape(1)),
        Of("Concatenate", v => Op.Concatenate(0, Op.Transpose(v[0], [1, 0]), v[1]), new(2, 3), new(1, 2)),
        Of("Concatenate", v => Op.Concatenate(0, v[0], Op.Concatenate(0, v[1], v[0]), v[1]), new(2), new(3)),
        Of("Concatenate", v => Op.Concatenate(0, v[0], Op.Concatenate(1, v[1], v[1])), new(1, 4), new(3, 2)),
        Of("AddedPads", v => Op.Pad(v[0], 0, 1, 5) + Op.Pad(v[1], 0, 3, 2), new(2), new(3)),
        Of("AddedPads", v => Op.Pad(v[0], 1, 2, 0) + Op.Pad(v[1], 1, 0, 3), new(2, 3), new(2, 2)),
        Of("AddedPads", v => Op.Pad(v[0], 0, 1, 4) + Op.Pad(v[1], 0, 2, 2), new(2), new(3)),
        Of("AddedPads", v => Op.Pad(v[0], 0, 0, 2) + Op.Pad(v[1], 1, 2, 0), new(2, 4), new(4, 2)),
    ];

    private static IEnumerable<OperationCase> Indexing() =>
    [
        .. new[]
        {
            (new Shape(5, 3), new Shape(4)), (new(3, 2), new(2, 3)), (new(4), new(6)), (new(2, 3, 2), Shape.Scalar),
            (new(3, 0), new(2)), (new(3, 2), new(0)), (new(1, 1), new(1)),
        }.SelectMany(shapes => new[]
        {
            WithIndices(
                "Gather",
                v => Op.Gather(v[0], v[1]),
                shapes.Item1,
                new IndexInput(shapes.Item2, 0, shapes.Item1[0] - 1)),
            WithIndices(
                "ScatterAdd",
                v => Op.ScatterAdd(v[0], v[1], 4),
                new([.. shapes.Item2, .. shapes.Item1.Skip(1)]),
                new IndexInput(shapes.Item2, -1, 4)),
        }),
        WithIndices(
            "Gather",
            v => Op.Gather(Op.Transpose(v[0], [1, 0]), Op.Transpose(v[1], [1, 0])),
            new(3, 5),
            new IndexInput(new(2, 3), 0, 4)),
        WithIndices(
            "Gather",
            v => Op.Gather(v[0], Op.Reshape(Op.Slice(v[1], 1, 1, 2), new(4))),
            new(5, 2),
            new IndexInput(new(2, 3), 0, 4)),
        WithIndices(
            "OneHot", v => v[0] * Op.OneHot(v[1], 4, v[0].Type.Element), new(2, 3, 4), new IndexInput(new(2, 3), -1, 4)),
        WithIndices(
            "OneHot", v => v[0] * Op.OneHot(v[1], 2, v[0].Type.Element), new(2), new IndexInput(Shape.Scalar, 0, 1)),
        WithIndices(
            "Convert", v => v[0] * Op.Convert(v[1], v[0].Type.Element), new(2, 3), new IndexInput(new(3), -2, 2)),
        Of("Convert", v => v[0] * Op.Convert(Op.Convert(v[0], ElementType.Int32), v[0].Type.Element), new Shape(0)),
        Of("Iota", v => v[0] * Op.Iota(v[0].Graph, 4, v[0].Type.Element), new Shape(3, 4)),
        Of(
            "Iota",
            v => Op.Gather(v[0], Op.Iota(v[0].Graph, 2, ElementType.Int32)) + Op.Gather(v[0], Op.Full(
                v[0].Graph, new TensorType(ElementType.Int32, new(2)), 3)),
            new Shape(4, 3)),
    ];

    private static IEnumerable<OperationCase> Masks()
    {
        foreach (var (shape, mask, axis) in new (Shape, Shape, int)[]
        {
            (new(7), new(7), 0), (new(3, 5), new(5), 1), (new(3, 5), new(3, 1), 1), (new(2, 3, 4), new(3, 4), 2),
            (new(2, 3, 4), new(3, 1), 1), (new(0, 3), new(3), 1), (new(2, 1), Shape.Scalar, 1),
        })
        {
            var bits = new IndexInput(mask, 0, 1);
            yield return WithIndices("Softmax", v => Op.Softmax(v[0], axis, Mask(v)), shape, bits);
            yield return WithIndices(
                "LogSoftmax", v => Finite(Op.LogSoftmax(v[0], axis, Mask(v)), Mask(v)), shape, bits);
        }

        static Value Mask(Value[] v) => Op.Convert(v[1], v[0].Type.Element);

        static Value Finite(Value y, Value mask) => Op.Where(mask, y, Op.Full(y.Graph, y.Type, 0));
    }

    private static IEnumerable<OperationCase> Losses()
    {
        foreach (var (shape, ignored) in new (Shape, int)[]
        {
            (new(5, 3), -1), (new(2, 3, 4), -1), (new(4, 3), 2), (new(1, 1), 7), (new(3), -1), (new(6, 2), -100),
        })
        {
            var targets = new IndexInput(shape.DropLast(), ignored == -1 ? -1 : 0, shape[shape.Rank - 1] - 1);
            yield return WithIndices("CrossEntropy", v => Op.CrossEntropy(v[0], v[1], ignored: ignored), shape, targets);
            yield return WithIndices(
                "CrossEntropyRows", v => v[0].Graph.Apply(new CrossEntropyRows(ignored), v), shape, targets);
            yield return WithIndices(
                "SoftmaxMinusTarget", v => v[0].Graph.Apply(new SoftmaxMinusTarget(ignored), v), shape, targets);
        }
    }

    private static OperationCase WeightedCrossEntropy => new(
        "CrossEntropy",
        [new(2, 3, 4), new(2, 3)],
        v => Op.CrossEntropy(v[0], v[2], v[1] * v[1], ignored: 1))
    {
        Indices = [new IndexInput(new(2, 3), 0, 3)],
    };

    private static IEnumerable<OperationCase> Norms()
    {
        foreach (var shape in new Shape[] { new(7), new(3, 5), new(2, 3, 4), new(2, 1), new(0, 3), new(4, 33) })
        {
            var width = new Shape(shape[shape.Rank - 1]);
            yield return Of("LayerNorm", v => Op.LayerNorm(v[0], v[1], v[2], 1e-2), shape, width, width);
            yield return Of("RmsNorm", v => Op.RmsNorm(v[0], v[1], 1e-2), shape, width);
        }

        foreach (var axis in new[] { 0, 1, 2 })
        {
            yield return Of(
                "NormalizationScale",
                v => v[0].Graph.Apply(new NormalizationScale(axis, 1e-1, axis != 1), v),
                new Shape(2, 3, 4));
        }

        yield return Of("LayerNorm", v => Op.Normalize(v[0], 1, 1e-1, centered: true), new Shape(2, 3, 4));
        yield return Of("RmsNorm", v => Op.Normalize(v[0], 0, 1e-1, centered: false), new Shape(3, 4));
        foreach (var tangent in new Shape[] { new(2, 3), new(2, 3, 17), new(2, 3, 1) })
        {
            yield return Of(
                "SoftmaxJacobianProduct", v => Op.SoftmaxJacobianProduct(v[0], v[1], 1), new Shape(2, 3), tangent);
            yield return Of(
                "NormalizeJacobianProduct",
                v => Op.NormalizeJacobianProduct(v[0], v[1], 1, 1e-1, centered: true),
                new Shape(2, 3),
                tangent);
            yield return Of(
                "NormalizeJacobianProduct",
                v => Op.NormalizeJacobianProduct(v[0], v[1], 0, 1e-1, centered: false),
                new Shape(2, 3),
                tangent);
        }
    }

    private static IEnumerable<OperationCase> Attention()
    {
        foreach (var shape in new Shape[]
        {
            new(2, 2, 3, 4), new(1, 1, 1, 1), new(1, 2, 3, 3), new(1, 2, 5, 3), new(0, 1, 2, 3), new(1, 1, 9, 2),
        })
        {
            yield return Of("CausalAttention", v => Op.CausalAttention(v[0], v[1], v[2]), shape, shape, shape);
            yield return Of(
                "CausalAttentionPullback",
                v => Op.CausalAttentionPullback(v[0], v[1], v[2], v[3]),
                shape,
                shape,
                shape,
                shape);
        }

        yield return Of("CausalAttention", v => Op.CausalAttention(v[0], v[0], v[0]), new Shape(1, 2, 4, 3));
    }

    private static IEnumerable<OperationCase> Reductions()
    {
        foreach (var axes in new[] { new IndexList(), [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2] })
        {
            foreach (var shape in new Shape[] { new(2, 3, 4), new(1, 5, 1) })
            {
                yield return Of("Mean", v => Op.Mean(v[0], axes), shape);
                yield return Of("LogSumExp", v => Op.LogSumExp(v[0], axes), shape);
                yield return new OperationCase("MaxOver", [shape], v => Op.Max(v[0], axes), Domain.Distinct);
            }
        }
    }
}
