namespace Looped.Autodiff;

/// <summary>Reverse-mode differentiation as a function from program to program.</summary>
public static class ReverseMode
{
    /// <summary>
    /// The program of a scalar program's gradient: one output <c>grad(p)</c> for each parameter <c>p</c>.
    /// </summary>
    /// <param name="program">A program whose first output is a scalar.</param>
    /// <param name="inputs">Names of the inputs to differentiate in; all parameters where none is named.</param>
    /// <exception cref="ArgumentException">The first output is no scalar, or a name is unknown.</exception>
    public static Program Gradient(this Program program, params string[] inputs) =>
        new(program.Inputs, Gradients(program, inputs));

    /// <summary>As <see cref="Gradient"/>, with the program's own outputs first.</summary>
    /// <exception cref="ArgumentException">The first output is no scalar, or a name is unknown.</exception>
    public static Program ValueAndGradient(this Program program, params string[] inputs) =>
        new(program.Inputs, [.. program.Outputs, .. Gradients(program, inputs)]);

    private static IReadOnlyList<Port> Gradients(Program program, string[] inputs)
    {
        var output = program.Outputs[0];
        if (output.Type.Shape.Rank != 0)
        {
            throw new ArgumentException($"a gradient needs a scalar; output '{output.Name}' is {output.Type}");
        }

        IReadOnlyList<Port> wanted = inputs.Length == 0
            ? [.. program.Parameters]
            : [.. inputs.Select(program.Input)];
        var cotangents = Cotangents(program, output.Value, wanted);
        return
        [
            .. wanted.Select(input => new Port(
                $"grad({input.Name})",
                cotangents.GetValueOrDefault(input.Value) ?? Op.Full(program.Graph, input.Type, 0))),
        ];
    }

    private static Dictionary<Value, Value> Cotangents(Program program, Value output, IReadOnlyList<Port> wanted)
    {
        // Only values that depend on a wanted input pass cotangents on.
        var active = wanted.Select(input => input.Value).ToHashSet();
        foreach (var value in program.Instructions)
        {
            if (value.Operands.Any(active.Contains))
            {
                active.Add(value);
            }
        }

        var cotangents = new Dictionary<Value, Value>();
        if (active.Contains(output))
        {
            cotangents[output] = Op.Full(program.Graph, output.Type, 1);
        }

        foreach (var value in program.Instructions.Reverse())
        {
            if (!active.Contains(value) || !cotangents.TryGetValue(value, out var cotangent))
            {
                continue;
            }

            for (var i = 0; i < value.Operands.Count; i++)
            {
                var operand = value.Operands[i];
                if (active.Contains(operand) && value.Operation.Vjp(value, i, cotangent) is { } share)
                {
                    cotangents[operand] = cotangents.TryGetValue(operand, out var others) ? others + share : share;
                }
            }
        }

        return cotangents;
    }
}
