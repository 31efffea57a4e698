using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// The values of a random program so far. A bound on the size of each is kept, and a value that might exceed it goes
/// through tanh, so that derivatives of all orders stay tame.
/// </summary>
internal sealed class RandomDraft
{
    public const int LargestSize = 48;
    private const double LargestBound = 6;

    private readonly List<Entry> _pool = [];
    private readonly List<Value> _indices = [];
    private Philox _random = new(0, "none");

    /// <summary>Whether no derivative jumps anywhere.</summary>
    public bool IsSmooth { get; set; } = true;

    /// <summary>Declares parameters and data.</summary>
    public void Begin(Tracer tracer, Philox random)
    {
        _random = random;
        var parameters = 2 + random.NextInt(3);
        for (var i = 0; i < parameters; i++)
        {
            Add(tracer.Parameter($"p{i}", Shape()), 3);
        }

        Add(tracer.Data("data", Shape()), 3);
        _indices.Add(tracer.Data("indices", new(2), ElementType.Int32));
        _indices.Add(tracer.Data("more indices", new(2, 3), ElementType.Int32));
    }

    /// <summary>Adds an operation that suits what is drawn.</summary>
    public void Take(Philox random)
    {
        _random = random;
        while (!RandomOperations.All[Number(RandomOperations.All.Count)](this))
        {
        }
    }

    /// <summary>The scalar: what nothing uses is what the program is for.</summary>
    public Value Loss() => _pool.Where(entry => !entry.IsUsed)
        .Select(entry => Op.Sum(Op.Tanh(entry.Value)))
        .Aggregate((total, term) => total + term);

    /// <summary>A value, the younger the likelier.</summary>
    public Entry Pick() => _pool[Math.Max(Number(_pool.Count), Number(_pool.Count))];

    /// <summary>Whole numbers 0 and 1.</summary>
    public Value Indices() => _indices[Number(_indices.Count)];

    /// <summary>A new value with a bound on its size; true.</summary>
    public bool Add(Value value, double bound, params Entry[] operands)
    {
        foreach (var operand in operands)
        {
            operand.IsUsed = true;
        }

        _pool.Add(bound > LargestBound ? new Entry(Op.Tanh(value), 1) : new Entry(value, bound));
        return true;
    }

    /// <summary>A whole number from 0 to one less than a bound.</summary>
    public int Number(int bound) => _random.NextInt(bound);

    /// <summary>A normal number.</summary>
    public double Normal() => _random.NextNormal();

    /// <summary>A shape of up to three axes of extents 1 to 4.</summary>
    public Shape Shape() => new([.. Enumerable.Range(0, Number(4)).Select(_ => 1 + Number(4))]);

    /// <summary>Some axes of a value.</summary>
    public IndexList Axes(Value value) => [.. Enumerable.Range(0, value.Shape.Rank).Where(_ => Number(2) == 0)];

    /// <summary>An order of so many axes.</summary>
    public IndexList Order(int rank)
    {
        int[] order = [.. Enumerable.Range(0, rank)];
        for (var i = rank - 1; i > 0; i--)
        {
            var j = Number(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return [.. order];
    }

    /// <summary>A value, a bound on its elements, and whether it is an operand of another.</summary>
    public sealed class Entry(Value value, double bound)
    {
        public Value Value { get; } = value;

        public Shape Shape => Value.Shape;

        public double Bound { get; } = bound;

        public bool IsUsed { get; set; }
    }
}
