using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// Random scalar programs of 10 to 40 operations on small tensors. A bound on the size of each value is kept, and a
/// value that might exceed it goes through tanh, so that derivatives of all orders stay tame.
/// </summary>
internal sealed class RandomProgram
{
    private const double LargestBound = 6;
    private const int LargestSize = 48;

    private readonly Philox _random;
    private readonly List<Entry> _pool = [];

    private RandomProgram(ulong seed) => _random = new Philox(seed, "program");

    /// <summary>The program of a seed. Its parameters are meant to be normal numbers.</summary>
    public static Program Of(ulong seed, bool simplify = true) =>
        Program.Trace(tracer => new RandomProgram(seed).Build(tracer), simplify);

    private Value Build(Tracer tracer)
    {
        for (var i = 0; i < 2 + _random.NextInt(3); i++)
        {
            Add(tracer.Parameter($"p{i}", RandomShape()), 3);
        }

        Add(tracer.Data("data", RandomShape()), 3);
        var operations = 10 + _random.NextInt(31);
        while (operations > 0)
        {
            operations -= Step(tracer) ? 1 : 0;
        }

        // What nothing uses is what the program is for.
        return _pool.Where(entry => !entry.IsUsed)
            .Select(entry => Op.Sum(Op.Tanh(entry.Value)))
            .Aggregate((total, term) => total + term);
    }

    /// <summary>Tries one operation; false where it does not suit what was drawn.</summary>
    private bool Step(Tracer tracer)
    {
        var (left, right) = (Pick(), Pick());
        var (a, b, boundA, boundB) = (left.Value, right.Value, left.Bound, right.Bound);
        switch (_random.NextInt(22))
        {
            case 0:
                return Fits(a, b) && Add(a + b, boundA + boundB, left, right);
            case 1:
                return Fits(a, b) && Add(a - b, boundA + boundB, left, right);
            case 2 or 3:
                return Fits(a, b) && Add(a * b, boundA * boundB, left, right);
            case 4:
                return Fits(a, b) && Add(a / ((b * b) + 1.5), boundA, left, right);
            case 5:
                return Add((2 * _random.NextDouble() - 1) * a, boundA, left);
            case 6:
                return Add(a + _random.NextNormal(), boundA + 3, left);
            case 7:
                return Add(Op.Exp(0.5 * Op.Tanh(a)), 2, left);
            case 8:
                return Add(Op.Log((a * a) + 1), boundA, left);
            case 9:
                return Add(Op.Sqrt((a * a) + 1), boundA + 1, left);
            case 10:
                return Add(Op.Tanh(a), 1, left);
            case 11:
                return Add(-a, boundA, left);
            case 12:
                IndexList axes = [.. Enumerable.Range(0, a.Shape.Rank).Where(_ => _random.NextInt(2) == 0)];
                return Add(Op.Sum(a, axes), boundA * axes.Aggregate(1, (size, axis) => size * a.Shape[axis]), left);
            case 13:
                var outer = new Shape([1 + _random.NextInt(3), .. a.Shape.Select(e => e == 1 ? 1 + _random.NextInt(3) : e)]);
                return outer.Size <= LargestSize && Add(Op.BroadcastTo(a, outer), boundA, left);
            case 14:
                return Add(Op.Reshape(a, Regrouped(a.Shape)), boundA, left);
            case 15:
                return Add(Op.Transpose(a, Order(a.Shape.Rank)), boundA, left);
            case 16:
                return a.Shape.Rank > 0 && Add(RandomSlice(a), boundA, left);
            case 17:
                return a.Shape.Rank > 0 && a.Shape.Size <= LargestSize / 4 &&
                    Add(Op.Pad(a, _random.NextInt(a.Shape.Rank), _random.NextInt(3), _random.NextInt(2)), boundA, left);
            case 18:
                return a.Shape.Rank > 0 && Add(Op.Softmax(a, _random.NextInt(a.Shape.Rank)), 1, left);
            case 19:
                return a.Shape.Rank > 0 && Add(Op.LogSoftmax(a, _random.NextInt(a.Shape.Rank)), 2 * boundA + 2, left);
            case 20:
                return Add(a * tracer.Constant(0.7, a.Shape), boundA, left);
            default:
                return Contract(left, right);
        }
    }

    /// <summary>A contraction that ties some axes of equal extents, sums some of those and permutes what is left.</summary>
    private bool Contract(Entry first, Entry second)
    {
        var (a, b) = (first.Value, second.Value);
        var right = new int[b.Shape.Rank];
        var tied = new HashSet<int>();
        for (var axis = 0; axis < right.Length; axis++)
        {
            right[axis] = a.Shape.Rank + axis;
            for (var other = 0; other < a.Shape.Rank; other++)
            {
                if (a.Shape[other] == b.Shape[axis] && !tied.Contains(other) && _random.NextInt(2) == 0)
                {
                    right[axis] = other;
                    tied.Add(other);
                    break;
                }
            }
        }

        int[] left = [.. Enumerable.Range(0, a.Shape.Rank)];
        var summed = tied.Where(_ => _random.NextInt(3) > 0).ToHashSet();
        int[] kept = [.. left.Union(right).Where(label => !summed.Contains(label))];
        int[] output = [.. Order(kept.Length).Select(i => kept[i])];
        var size = kept.Aggregate(1L, (product, label) => product * Extent(label));
        var depth = summed.Aggregate(1, (product, label) => product * a.Shape[label]);
        var contract = new Contract([.. left], [.. right], [.. output], 1.0 / Math.Max(1, depth));
        return size <= LargestSize && Add(a.Graph.Apply(contract, a, b), first.Bound * second.Bound, first, second);

        int Extent(int label) => label < a.Shape.Rank ? a.Shape[label] : b.Shape[Array.IndexOf(right, label)];
    }

    private bool Add(Value value, double bound, params Entry[] operands)
    {
        foreach (var operand in operands)
        {
            operand.IsUsed = true;
        }

        _pool.Add(bound > LargestBound ? new Entry(Op.Tanh(value), 1) : new Entry(value, bound));
        return true;
    }

    /// <summary>A value, the younger the likelier.</summary>
    private Entry Pick() =>
        _pool[Math.Max(_random.NextInt(_pool.Count), _random.NextInt(_pool.Count))];

    private static bool Fits(Value a, Value b) => Shape.Broadcast(a.Shape, b.Shape) is { Size: <= LargestSize };

    private Shape RandomShape() =>
        new([.. Enumerable.Range(0, _random.NextInt(4)).Select(_ => 1 + _random.NextInt(4))]);

    private IndexList Order(int rank)
    {
        int[] order = [.. Enumerable.Range(0, rank)];
        for (var i = rank - 1; i > 0; i--)
        {
            var j = _random.NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return [.. order];
    }

    private Value RandomSlice(Value a)
    {
        var axis = _random.NextInt(a.Shape.Rank);
        var start = _random.NextInt(a.Shape[axis] + 1);
        return Op.Slice(a, axis, start, _random.NextInt(a.Shape[axis] - start + 1));
    }

    /// <summary>A shape of the same size: two neighbouring axes merged, or one of extent one put in.</summary>
    private Shape Regrouped(Shape shape)
    {
        var axis = _random.NextInt(shape.Rank + 1);
        return shape.Rank > 1 && axis < shape.Rank - 1
            ? new Shape([.. shape.Take(axis), shape[axis] * shape[axis + 1], .. shape.Skip(axis + 2)])
            : new Shape([.. shape.Take(axis), 1, .. shape.Skip(axis)]);
    }

    /// <summary>A value, a bound on its elements, and whether it is an operand of another.</summary>
    private sealed class Entry(Value value, double bound)
    {
        public Value Value { get; } = value;

        public double Bound { get; } = bound;

        public bool IsUsed { get; set; }
    }
}
