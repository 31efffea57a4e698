using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>Forward-mode differentiation as a function from program to program.</summary>
public static class ForwardMode
{
    /// <summary>
    /// The program of directional derivatives: for each output <c>y</c>, <c>tangent(y)</c>, given <c>tangent(x)</c> for
    /// each input <c>x</c> differentiated in. Of the inputs that are not, the tangents are zero and leave no trace.
    /// </summary>
    /// <param name="program">What is differentiated; its outputs are real numbers.</param>
    /// <param name="directions">
    /// How many directions one run takes; they are the innermost axis of all tangents. Null for one direction without
    /// an axis.
    /// </param>
    /// <param name="inputs">Names of the inputs to differentiate in; all parameters where none is named.</param>
    /// <exception cref="ArgumentException">A name is unknown or an integer input's, or an output holds integers.</exception>
    public static Program Jvp(this Program program, int? directions = null, params string[] inputs)
    {
        var axis = new Directions(directions);
        var seeds = new Dictionary<Value, Value>();
        var given = new List<Port>(program.Inputs);
        foreach (var input in program.Differentiable(inputs))
        {
            // In a derivative of a derivative, the tangents of the first are inputs already.
            var name = Program.Fresh($"tangent({input.Name})", given);
            var type = input.Type with { Shape = axis.Shape(input.Type.Shape) };
            var tangent = program.Graph.Apply(new Input(name, InputRole.Tangent, type));
            seeds.Add(input.Value, tangent);
            given.Add(new Port(name, tangent));
        }

        return new Program(given, Tangents(program, seeds, axis));
    }

    /// <summary>
    /// Hessian-vector products, forward over reverse: the tangents of the gradient. Given <c>tangent(p)</c>, the outputs
    /// are <c>tangent(grad(p))</c>, of the shapes of the parameters.
    /// </summary>
    /// <param name="program">A program whose first output is a scalar.</param>
    /// <param name="directions">As in <see cref="Jvp"/>.</param>
    /// <exception cref="ArgumentException">As <see cref="ReverseMode.Gradient"/>.</exception>
    public static Program Hvp(this Program program, int? directions = null) => program.Gradient().Jvp(directions);

    /// <summary>Hessian-vector products of K directions a run, the innermost axis of tangents and products.</summary>
    /// <param name="program">A program whose first output is a scalar.</param>
    /// <param name="directions">K.</param>
    /// <exception cref="ArgumentException">As <see cref="ReverseMode.Gradient"/>.</exception>
    public static Program HvpBatch(this Program program, int directions) => program.Hvp(directions);

    /// <summary>The tangents of a program's outputs, named <c>tangent(y)</c>, given those of some inputs.</summary>
    internal static IReadOnlyList<Port> Tangents(
        Program program, IReadOnlyDictionary<Value, Value> seeds, Directions axis)
    {
        program = program.Expand();
        var tangents = Push(program, seeds, axis);
        return
        [
            .. program.Outputs.Select(output => new Port(
                $"tangent({output.Name})",
                output.Type.Element.IsFloat()
                    ? tangents.GetValueOrDefault(output.Value) ?? Op.Full(
                        program.Graph, output.Type with { Shape = axis.Shape(output.Type.Shape) }, 0)
                    : throw new ArgumentException(
                        $"the output '{output.Name}' has no derivative: its elements are integers"))),
        ];
    }

    /// <summary>The tangents of all values that depend on the seeds, given those of the seeds.</summary>
    private static Dictionary<Value, Value> Push(
        Program program, IReadOnlyDictionary<Value, Value> seeds, Directions axis)
    {
        var tangents = seeds.ToDictionary();
        foreach (var value in program.Instructions)
        {
            if (seeds.ContainsKey(value))
            {
                continue;
            }

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

        return tangents;
    }
}
