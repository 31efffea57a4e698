using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// A symbolic tensor: the result of an operation on other values. Values are made by tracing a function and never hold
/// numbers.
/// </summary>
public sealed class Value
{
    internal Value(Graph graph, int id, Operation operation, IReadOnlyList<Value> operands, TensorType type)
    {
        Graph = graph;
        Id = id;
        Operation = operation;
        Operands = operands;
        Type = type;
    }

    /// <summary>Element type and shape.</summary>
    public TensorType Type { get; }

    /// <summary>Extents of the axes.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>What makes this value.</summary>
    public Operation Operation { get; }

    /// <summary>What it is made of.</summary>
    public IReadOnlyList<Value> Operands { get; }

    /// <summary>The graph it belongs to.</summary>
    public Graph Graph { get; }

    /// <summary>Position in the graph: operands come before their results.</summary>
    internal int Id { get; }

    /// <summary>Elementwise sum, broadcast.</summary>
    public static Value operator +(Value left, Value right) => Op.Add(left, right);

    /// <summary>Elementwise difference, broadcast.</summary>
    public static Value operator -(Value left, Value right) => Op.Subtract(left, right);

    /// <summary>Elementwise product, broadcast.</summary>
    public static Value operator *(Value left, Value right) => Op.Multiply(left, right);

    /// <summary>Elementwise quotient, broadcast.</summary>
    public static Value operator /(Value left, Value right) => Op.Divide(left, right);

    /// <summary>Elementwise negation.</summary>
    public static Value operator -(Value operand) => Op.Scale(operand, -1);

    /// <summary>Product with a number.</summary>
    public static Value operator *(double factor, Value operand) => Op.Scale(operand, factor);

    /// <summary>Product with a number.</summary>
    public static Value operator *(Value operand, double factor) => Op.Scale(operand, factor);

    /// <summary>Quotient by a number.</summary>
    public static Value operator /(Value operand, double divisor) => Op.Scale(operand, 1 / divisor);

    /// <summary>Sum with a number.</summary>
    public static Value operator +(Value operand, double addend) => Op.Offset(operand, addend);

    /// <summary>Sum with a number.</summary>
    public static Value operator +(double addend, Value operand) => Op.Offset(operand, addend);

    /// <summary>Difference from a number.</summary>
    public static Value operator -(Value operand, double subtrahend) => Op.Offset(operand, -subtrahend);

    /// <summary>Difference of a number and a value.</summary>
    public static Value operator -(double minuend, Value operand) => Op.Offset(Op.Scale(operand, -1), minuend);

    /// <inheritdoc/>
    public override string ToString() => $"%{Id} {Type}";
}
