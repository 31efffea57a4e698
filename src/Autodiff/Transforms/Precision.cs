using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>Programs that compute in one precision and speak another.</summary>
public static class Precision
{
    /// <summary>
    /// The same program behind ports of float64: inputs of float32 are given in float64 and rounded, outputs of float32
    /// come out in float64. What lies between computes as before, and so do its derivatives; sums over blocks and vectors
    /// outside keep all their digits.
    /// </summary>
    /// <param name="program">A program of any types.</param>
    public static Program BehindFloat64(this Program program)
    {
        var graph = program.Outputs[0].Value.Graph;
        var inputs = new List<Port>();
        var values = new Dictionary<Value, Value>();
        foreach (var input in program.Inputs)
        {
            if (input.Type.Element != ElementType.Float32)
            {
                inputs.Add(input);
                values.Add(input.Value, input.Value);
                continue;
            }

            var wide = graph.Apply(new Input(input.Name, input.Role, input.Type with { Element = ElementType.Float64 }));
            inputs.Add(new Port(input.Name, wide));
            values.Add(input.Value, Op.Convert(wide, ElementType.Float32));
        }

        foreach (var value in program.Instructions)
        {
            values.Add(value, graph.Apply(value.Operation, [.. value.Operands.Select(operand => values[operand])]));
        }

        return new Program(inputs, [.. program.Outputs.Select(output => output with { Value = Widened(values[output.Value]) })]);

        static Value Widened(Value value) =>
            value.Type.Element == ElementType.Float32 ? Op.Convert(value, ElementType.Float64) : value;
    }
}
