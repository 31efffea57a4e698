namespace Looped.Autodiff;

/// <summary>Forward-mode differentiation as a function from program to program.</summary>
public static class ForwardMode
{
    /// <summary>
    /// The program of directional derivatives: for each output <c>y</c>, <c>tangent(y)</c>, given <c>tangent(x)</c> for
    /// each input <c>x</c> differentiated in. Of the inputs that are not, the tangents are zero and leave no trace.
    /// </summary>
    /// <param name="program">What is differentiated.</param>
    /// <param name="directions">
    /// How many directions one run takes; they are the innermost axis of all tangents. Null for one direction without
    /// an axis.
    /// </param>
    /// <param name="inputs">Names of the inputs to differentiate in; all parameters where none is named.</param>
    /// <exception cref="ArgumentException">A name is unknown.</exception>
    public static Program Jvp(this Program program, int? directions = null, params string[] inputs)
    {
        var axis = new Directions(directions);
        var tangents = new Dictionary<Value, Value>();
        var given = new List<Port>(program.Inputs);
        foreach (var input in inputs.Length == 0 ? [.. program.Parameters] : inputs.Select(program.Input).ToList())
        {
            var name = $"tangent({input.Name})";
            while (given.Exists(port => port.Name == name))
            {
                // A derivative of a derivative: the tangents of the first are inputs already.
                name += "'";
            }

            var type = input.Type with { Shape = axis.Shape(input.Type.Shape) };
            var tangent = program.Graph.Apply(new Input(name, InputRole.Tangent, type));
            tangents.Add(input.Value, tangent);
            given.Add(new Port(name, tangent));
        }

        foreach (var value in program.Instructions)
        {
            Value? total = null;
            for (var i = 0; i < value.Operands.Count; i++)
            {
                if (tangents.TryGetValue(value.Operands[i], out var tangent) &&
                    value.Operation.Jvp(value, i, tangent, axis) is { } part)
                {
                    total = total is null ? part : total + part;
                }
            }

            if (total is not null)
            {
                tangents.Add(value, total);
            }
        }

        return new Program(
            given,
            [
                .. program.Outputs.Select(output => new Port(
                    $"tangent({output.Name})",
                    tangents.GetValueOrDefault(output.Value) ?? Op.Full(
                        program.Graph, output.Type with { Shape = axis.Shape(output.Type.Shape) }, 0))),
            ]);
    }

    /// <summary>
    /// Hessian-vector products, forward over reverse: the tangents of the gradient. Given <c>tangent(p)</c>, the outputs
    /// are <c>tangent(grad(p))</c>.
    /// </summary>
    /// <param name="program">A program whose first output is a scalar.</param>
    /// <param name="directions">As in <see cref="Jvp"/>.</param>
    /// <exception cref="ArgumentException">The first output is no scalar.</exception>
    public static Program Hvp(this Program program, int? directions = null) => program.Gradient().Jvp(directions);
}
