using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// Wrong versions of what a rule emits: the operations between the values that it was given and the value it returned,
/// with one of them changed.
/// </summary>
internal sealed class Mutants
{
    /// <summary>Functions that one may be mistaken for another.</summary>
    private static readonly Dictionary<Type, Operation> Mistakes = new()
    {
        [typeof(Exp)] = new Sigmoid(),
        [typeof(Log)] = new Tanh(),
        [typeof(Sqrt)] = new Exp(),
        [typeof(Rsqrt)] = new Sqrt(),
        [typeof(Tanh)] = new Erf(),
        [typeof(Erf)] = new Tanh(),
        [typeof(Sigmoid)] = new Tanh(),
        [typeof(Sin)] = new Cos(),
        [typeof(Cos)] = new Sin(),
        [typeof(Add)] = new Subtract(),
        [typeof(Subtract)] = new Add(),
        [typeof(Multiply)] = new Divide(),
        [typeof(Divide)] = new Multiply(),
        [typeof(Max)] = new Min(),
        [typeof(Min)] = new Max(),
        [typeof(Greater)] = new Equal(),
        [typeof(Equal)] = new Greater(),
    };

    private readonly Value _emitted;
    private readonly List<Value> _nodes = [];

    /// <summary>The mutants of an emitted value.</summary>
    /// <param name="emitted">What the rule returned.</param>
    /// <param name="given">What there was before.</param>
    public Mutants(Value emitted, IReadOnlySet<Value> given)
    {
        _emitted = emitted;
        var reached = new HashSet<Value>();
        Visit(emitted);

        // Operands come before what is made of them. A constant may have been there before by chance.
        void Visit(Value value)
        {
            if ((given.Contains(value) && value.Operation is not Constant) || !reached.Add(value))
            {
                return;
            }

            foreach (var operand in value.Operands)
            {
                Visit(operand);
            }

            _nodes.Add(value);
        }
    }

    /// <summary>The emitted operations, which say whether two rules emitted the same.</summary>
    public string Signature => string.Join(' ', _nodes.Select(node => node.Operation.Name));

    /// <summary>All mutants by what was changed.</summary>
    public IEnumerable<(string Change, Func<Value?> Build)> All()
    {
        for (var n = 0; n < _nodes.Count; n++)
        {
            var node = _nodes[n];
            foreach (var (change, replacement) in Replacements(node))
            {
                yield return ($"{node.Operation.Name} {n}: {change}", () => Rebuild(node, replacement));
            }
        }
    }

    private static IEnumerable<(string Change, Func<Value> Replacement)> Replacements(Value node)
    {
        var graph = node.Graph;
        Value[] operands = [.. node.Operands];
        if (!node.Type.Element.IsFloat())
        {
            yield break;
        }

        // The sign of a view is that of its operand, and zero has none.
        if (node.Operation is not (ViewOperation or Constant { Number: 0 }))
        {
            yield return ("sign flipped", () => -node);
        }

        for (var i = 0; i < operands.Length; i++)
        {
            // Of a sum the other addend is dropped, of a product the other factor, of a function the function.
            var kept = operands[i];
            if (node.Operation is ElementwiseOperation or Softmax or Normalize &&
                node.Shape.Equals(Shape.Broadcast(kept.Shape, node.Shape)))
            {
                yield return ($"only operand {i} kept", () => Op.BroadcastTo(kept, node.Shape));
            }
        }

        if (operands.Length == 2 && !IsCommutative(node.Operation) &&
            TryInfer(node.Operation, operands[1], operands[0]) == node.Type)
        {
            yield return ("operands swapped", () => graph.Apply(node.Operation, operands[1], operands[0]));
        }

        if (operands.Length == 3)
        {
            yield return ("branches swapped", () => graph.Apply(node.Operation, operands[0], operands[2], operands[1]));
        }

        if (Mistakes.TryGetValue(node.Operation.GetType(), out var mistake))
        {
            yield return ($"{mistake.Name} instead", () => graph.Apply(mistake, operands));
        }

        foreach (var (change, other) in OtherAttributes(node))
        {
            yield return (change, () => graph.Apply(other, operands));
        }
    }

    /// <summary>
    /// The same operation with another number or another order of axes, where that has the same type.
    /// </summary>
    private static IEnumerable<(string Change, Operation Operation)> OtherAttributes(Value node) => node.Operation switch
    {
        Contract { Alpha: not 1 } contract => [("factor omitted", contract with { Alpha = 1 })],
        Power power => [("another exponent", new Power(power.Exponent + 1))],
        Sum sum when sum.Axes.Count > 0 => [("Max instead", new MaxOver(sum.Axes))],
        Pad pad when pad.Before != pad.After =>
            [("zeros on the other side", pad with { Before = pad.After, After = pad.Before })],
        Slice slice when slice.Start > 0 => [("another start", slice with { Start = slice.Start - 1 })],
        Transpose transpose when Inverse(transpose) is var inverse && !inverse.Equals(transpose) &&
            TryInfer(inverse, node.Operands[0]) == node.Type => [("inverse order", inverse)],
        Gelu gelu => [("another order", gelu with { Order = (gelu.Order + 1) % 3 })],
        Normalize norm => [("another centre", norm with { Centered = !norm.Centered })],
        NormalizationScale scale => [("another centre", scale with { Centered = !scale.Centered })],
        _ => [],
    };

    private static Transpose Inverse(Transpose transpose) =>
        new([.. transpose.Order.Select((axis, i) => (axis, i)).OrderBy(pair => pair.axis).Select(pair => pair.i)]);

    private static bool IsCommutative(Operation operation) =>
        operation is Add or Multiply or Max or Min or Equal ||
        (operation is Contract contract && contract.Left.Equals(contract.Right));

    private static TensorType? TryInfer(Operation operation, params Value[] operands)
    {
        try
        {
            return operation.Infer([.. operands.Select(operand => operand.Type)]);
        }
        catch (ShapeException)
        {
            return null;
        }
    }

    /// <summary>The emitted value with another in the place of one node.</summary>
    private Value Rebuild(Value node, Func<Value> replacement)
    {
        var rebuilt = new Dictionary<Value, Value> { [node] = replacement() };
        foreach (var value in _nodes.Skip(_nodes.IndexOf(node) + 1))
        {
            if (value.Operands.Any(rebuilt.ContainsKey))
            {
                rebuilt[value] = value.Graph.Apply(
                    value.Operation, [.. value.Operands.Select(operand => rebuilt.GetValueOrDefault(operand, operand))]);
            }
        }

        return rebuilt.GetValueOrDefault(_emitted, _emitted);
    }
}
