namespace Looped.Autodiff;

/// <summary>
/// All values of a trace and of its derivatives. It only grows, and an operation on given operands exists once: equal
/// subexpressions are shared as they are made. Values that no program output needs cost nothing, since programs keep
/// what their outputs reach.
/// </summary>
public sealed class Graph
{
    private readonly Dictionary<Key, Value> _values = [];
    private readonly Lock _lock = new();
    private readonly bool _simplify;
    private int _nextId;

    /// <summary>An empty graph.</summary>
    /// <param name="simplify">
    /// Whether operations may replace themselves by cheaper equals as they are made; off, a program is what its function
    /// and the rules of differentiation say to the letter, which serves as an oracle.
    /// </param>
    public Graph(bool simplify = true) => _simplify = simplify;

    /// <summary>The value of an operation on operands.</summary>
    /// <exception cref="ShapeException">The operands do not fit the operation.</exception>
    /// <exception cref="ArgumentException">The operands belong to different graphs.</exception>
    public Value Apply(Operation operation, params Value[] operands)
    {
        foreach (var operand in operands)
        {
            if (operand.Graph != this)
            {
                throw new ArgumentException(
                    $"{operation.Name} combines values of two traces; a value lives only in the trace that made it");
            }
        }

        // Types come first, since rules of simplification trust that the operands fit.
        var type = operation.Infer([.. operands.Select(operand => operand.Type)]);
        if (_simplify && operation.Simplify(operands) is { } simpler)
        {
            return simpler;
        }

        var key = new Key(operation, operands);
        lock (_lock)
        {
            if (!_values.TryGetValue(key, out var value))
            {
                value = new Value(this, _nextId++, operation, operands, type);
                _values.Add(key, value);
            }

            return value;
        }
    }

    private readonly struct Key(Operation operation, Value[] operands) : IEquatable<Key>
    {
        private readonly Operation _operation = operation;
        private readonly Value[] _operands = operands;

        public bool Equals(Key other) =>
            _operands.AsSpan().SequenceEqual(other._operands) && _operation.Equals(other._operation);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_operation);
            foreach (var operand in _operands)
            {
                hash.Add(operand.Id);
            }

            return hash.ToHashCode();
        }
    }
}
