using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// What the steps of random programs do: each adds one value, or says that it does not suit what was drawn.
/// </summary>
internal static class RandomOperations
{
    public static IReadOnlyList<Func<RandomDraft, bool>> All { get; } =
    [
        .. Elementwise(), .. Choices(), .. Shapes(), .. Reductions(), .. Rows(), .. Models(),
    ];

    private static Func<RandomDraft, bool> Unary(
        Func<Value, Value> function, Func<double, double> bound, bool isSmooth = true) => draft =>
    {
        var a = draft.Pick();
        draft.IsSmooth &= isSmooth;
        return draft.Add(function(a.Value), bound(a.Bound), a);
    };

    private static Func<RandomDraft, bool> Binary(
        Func<Value, Value, Value> function, Func<double, double, double> bound, bool isSmooth = true) => draft =>
    {
        var (a, b) = (draft.Pick(), draft.Pick());
        if (Shape.Broadcast(a.Shape, b.Shape) is not { Size: <= RandomDraft.LargestSize })
        {
            return false;
        }

        draft.IsSmooth &= isSmooth;
        return draft.Add(function(a.Value, b.Value), bound(a.Bound, b.Bound), a, b);
    };

    private static IEnumerable<Func<RandomDraft, bool>> Elementwise() =>
    [
        Binary(Op.Add, (a, b) => a + b),
        Binary(Op.Subtract, (a, b) => a + b),
        Binary(Op.Multiply, (a, b) => a * b),
        Binary(Op.Multiply, (a, b) => a * b),
        Binary((a, b) => a / ((b * b) + 1.5), (a, _) => a),
        draft => draft.Pick() is var a && draft.Add((0.1 + (0.2 * draft.Number(8))) * a.Value, 1.5 * a.Bound, a),
        draft => draft.Pick() is var a && draft.Add(a.Value + draft.Normal(), a.Bound + 3, a),
        Unary(x => -x, x => x),
        Unary(x => Op.Exp(0.5 * Op.Tanh(x)), _ => 2),
        Unary(x => Op.Log((x * x) + 1), x => x),
        Unary(x => Op.Sqrt((x * x) + 1), x => x + 1),
        Unary(x => Op.Rsqrt((x * x) + 1), _ => 1),
        Unary(x => Op.Power((x * x) + 1, 0.7), x => (x * x) + 1),
        Unary(x => Op.Power(x, 3), x => x * x * x),
        Unary(Op.Tanh, _ => 1),
        Unary(Op.Sigmoid, _ => 1),
        Unary(Op.Softplus, x => x + 1),
        Unary(Op.Sin, _ => 1),
        Unary(Op.Cos, _ => 1),
        Unary(Op.Erf, _ => 1),
        Unary(x => Op.Gelu(x, GeluForm.Tanh), x => x),
        Unary(x => Op.Gelu(x, GeluForm.Exact), x => x),
        Unary(x => x * Op.Full(x.Graph, x.Type, 0.7), x => x),
        Unary(x => Op.Convert(Op.Convert(x, ElementType.Float64), ElementType.Float64), x => x),
    ];

    private static IEnumerable<Func<RandomDraft, bool>> Choices() =>
    [
        Unary(Op.Relu, x => x, isSmooth: false),
        Binary(Op.Max, Math.Max, isSmooth: false),
        Binary(Op.Min, Math.Max, isSmooth: false),
        Binary((a, b) => Op.Where(Op.Greater(a, b), Op.Sin(a), b), (_, b) => b + 1, isSmooth: false),
        draft => draft.Pick() is { Shape.Rank: > 0 } a && draft.Add(
            Op.Where(Mask(draft, a.Value), Op.Cos(a.Value), a.Value), a.Bound + 1, a),
    ];

    private static IEnumerable<Func<RandomDraft, bool>> Shapes() =>
    [
        draft =>
        {
            var a = draft.Pick();
            var outer = new Shape([1 + draft.Number(3), .. a.Shape.Select(e => e == 1 ? 1 + draft.Number(3) : e)]);
            return outer.Size <= RandomDraft.LargestSize && draft.Add(Op.BroadcastTo(a.Value, outer), a.Bound, a);
        },
        draft => draft.Pick() is var a && draft.Add(Op.Reshape(a.Value, Regrouped(draft, a.Shape)), a.Bound, a),
        draft => draft.Pick() is var a && draft.Add(Op.Transpose(a.Value, draft.Order(a.Shape.Rank)), a.Bound, a),
        draft =>
        {
            if (draft.Pick() is not { Shape.Rank: > 0 } a)
            {
                return false;
            }

            var axis = draft.Number(a.Shape.Rank);
            var start = draft.Number(a.Shape[axis] + 1);
            return draft.Add(Op.Slice(a.Value, axis, start, draft.Number(a.Shape[axis] - start + 1)), a.Bound, a);
        },
        draft => draft.Pick() is { Shape: { Rank: > 0, Size: <= RandomDraft.LargestSize / 4 } } a && draft.Add(
            Op.Pad(a.Value, draft.Number(a.Shape.Rank), draft.Number(3), draft.Number(2)), a.Bound, a),
        draft =>
        {
            var (a, b) = (draft.Pick(), draft.Pick());
            if (a.Shape.Rank == 0 || a.Shape.Size + b.Shape.Size > RandomDraft.LargestSize)
            {
                return false;
            }

            var axis = draft.Number(a.Shape.Rank);
            var fits = b.Shape.Rank == a.Shape.Rank &&
                Enumerable.Range(0, a.Shape.Rank).All(other => other == axis || a.Shape[other] == b.Shape[other]);
            return fits && draft.Add(
                Op.Concatenate(axis, a.Value, b.Value, a.Value), Math.Max(a.Bound, b.Bound), a, b);
        },
        Contract,
    ];

    private static IEnumerable<Func<RandomDraft, bool>> Reductions() =>
    [
        draft => Reduce(draft, Op.Sum, (bound, count) => bound * count),
        draft => Reduce(draft, Op.Mean, (bound, _) => bound, allowsNone: false),
        draft => Reduce(draft, Op.LogSumExp, (bound, count) => bound + Math.Log(count), allowsNone: false),
        draft => Reduce(draft, Op.Max, (bound, _) => bound, isSmooth: false, allowsNone: false),
    ];

    private static IEnumerable<Func<RandomDraft, bool>> Rows() =>
    [
        draft => AlongAxis(draft, (a, axis) => Op.Softmax(a, axis), _ => 1),
        draft => AlongAxis(draft, (a, axis) => Op.LogSoftmax(a, axis), bound => (2 * bound) + 2),
        draft => AlongAxis(draft, (a, axis) => Op.Softmax(a, axis, Mask(draft, a)), _ => 1),
        draft => AlongAxis(draft, (a, axis) => Op.Normalize(a, axis, 0.5, centered: true), _ => 2),
        draft => AlongAxis(draft, (a, axis) => Op.Normalize(a, axis, 0.5, centered: false), _ => 2),
    ];

    private static IEnumerable<Func<RandomDraft, bool>> Models() =>
    [
        draft => draft.Pick() is { Shape: { Rank: > 0, Size: <= 12 } } a && a.Shape[0] > 1 &&
            draft.Add(Op.Gather(a.Value, draft.Indices()), a.Bound, a),
        draft =>
        {
            var (a, indices) = (draft.Pick(), draft.Indices());
            return a.Shape.Take(indices.Shape.Rank).SequenceEqual(indices.Shape) && draft.Add(
                Op.ScatterAdd(a.Value, indices, 1 + draft.Number(3)), a.Bound * indices.Shape.Size, a);
        },
        draft =>
        {
            var (a, targets) = (draft.Pick(), draft.Indices());
            var classes = a.Shape.Size / targets.Shape.Size;
            return classes > 1 && classes * targets.Shape.Size == a.Shape.Size && draft.Add(
                Op.CrossEntropy(Op.Reshape(a.Value, targets.Shape.Append((int)classes)), targets), (2 * a.Bound) + 3, a);
        },
        draft =>
        {
            var a = draft.Pick();
            if (a.Shape.Rank < 2 || a.Shape.Size == 0)
            {
                return false;
            }

            var (positions, width) = (a.Shape[a.Shape.Rank - 2], a.Shape[a.Shape.Rank - 1]);
            var x = Op.Reshape(a.Value, new(1, (int)a.Shape.Size / (positions * width), positions, width));
            return draft.Add(Op.CausalAttention(Op.Sin(x), x, Op.Cos(x)), 1, a);
        },
    ];

    private static bool Reduce(
        RandomDraft draft,
        Func<Value, IndexList, Value> reduction,
        Func<double, int, double> bound,
        bool isSmooth = true,
        bool allowsNone = true)
    {
        var a = draft.Pick();
        var axes = draft.Axes(a.Value);
        var count = axes.Aggregate(1, (size, axis) => size * a.Shape[axis]);
        if (count == 0 && !allowsNone)
        {
            return false;
        }

        draft.IsSmooth &= isSmooth;
        return draft.Add(reduction(a.Value, axes), bound(a.Bound, count), a);
    }

    private static bool AlongAxis(RandomDraft draft, Func<Value, int, Value> build, Func<double, double> bound) =>
        draft.Pick() is { Shape.Rank: > 0 } a && draft.Number(a.Shape.Rank) is var axis && a.Shape[axis] > 0 &&
        draft.Add(build(a.Value, axis), bound(a.Bound), a);

    /// <summary>Ones along the last axis, but for one position.</summary>
    private static Value Mask(RandomDraft draft, Value value) => 1 - Op.Equal(
        Op.Iota(value.Graph, value.Shape[value.Shape.Rank - 1]),
        Op.Full(value.Graph, new TensorType(ElementType.Float64, Shape.Scalar), draft.Number(3)));

    /// <summary>A shape of the same size: two neighbouring axes merged, or one of extent one put in.</summary>
    private static Shape Regrouped(RandomDraft draft, Shape shape)
    {
        var axis = draft.Number(shape.Rank + 1);
        return shape.Rank > 1 && axis < shape.Rank - 1
            ? new Shape([.. shape.Take(axis), shape[axis] * shape[axis + 1], .. shape.Skip(axis + 2)])
            : new Shape([.. shape.Take(axis), 1, .. shape.Skip(axis)]);
    }

    /// <summary>
    /// A contraction that ties some axes of equal extents, sums some of those and permutes what is left.
    /// </summary>
    private static bool Contract(RandomDraft draft)
    {
        var (first, second) = (draft.Pick(), draft.Pick());
        var (a, b) = (first.Value, second.Value);
        var right = new int[b.Shape.Rank];
        var tied = new HashSet<int>();
        for (var axis = 0; axis < right.Length; axis++)
        {
            right[axis] = a.Shape.Rank + axis;
            for (var other = 0; other < a.Shape.Rank; other++)
            {
                if (a.Shape[other] == b.Shape[axis] && !tied.Contains(other) && draft.Number(2) == 0)
                {
                    right[axis] = other;
                    tied.Add(other);
                    break;
                }
            }
        }

        int[] left = [.. Enumerable.Range(0, a.Shape.Rank)];
        var summed = tied.Where(_ => draft.Number(3) > 0).ToHashSet();
        int[] kept = [.. left.Union(right).Where(label => !summed.Contains(label))];
        int[] output = [.. draft.Order(kept.Length).Select(i => kept[i])];
        var size = kept.Aggregate(1L, (product, label) => product * Extent(label));
        var depth = summed.Aggregate(1, (product, label) => product * a.Shape[label]);
        var contract = new Contract([.. left], [.. right], [.. output], 1.0 / Math.Max(1, depth));
        return size <= RandomDraft.LargestSize &&
            draft.Add(a.Graph.Apply(contract, a, b), first.Bound * second.Bound, first, second);

        int Extent(int label) => label < a.Shape.Rank ? a.Shape[label] : b.Shape[Array.IndexOf(right, label)];
    }
}
