using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>Reverse-mode differentiation as a function from program to program.</summary>
public static class ReverseMode
{
    /// <summary>
    /// The program of a scalar program's gradient: one output <c>grad(p)</c> for each parameter <c>p</c>, of its shape.
    /// </summary>
    /// <param name="program">A program whose first output is a scalar.</param>
    /// <param name="inputs">Names of the inputs to differentiate in; all parameters where none is named.</param>
    /// <exception cref="ArgumentException">
    /// The first output is no scalar, or a name is unknown or an integer input's.
    /// </exception>
    public static Program Gradient(this Program program, params string[] inputs) =>
        new(program.Inputs, Gradients(program.Expand(forReverse: true), inputs));

    /// <summary>As <see cref="Gradient"/>, with the program's own outputs first.</summary>
    /// <exception cref="ArgumentException">As <see cref="Gradient"/>.</exception>
    public static Program ValueAndGradient(this Program program, params string[] inputs)
    {
        program = program.Expand(forReverse: true);
        return new(program.Inputs, [.. program.Outputs, .. Gradients(program, inputs)]);
    }

    /// <summary>
    /// The program of vector-Jacobian products: given <c>cotangent(y)</c> for each output <c>y</c> of real numbers, one
    /// output <c>grad(x)</c> for each input <c>x</c> differentiated in: the sum of the outputs' parts.
    /// </summary>
    /// <param name="program">What is differentiated.</param>
    /// <param name="directions">
    /// How many cotangents one run takes; they are the innermost axis of the new inputs and outputs. Null for one without
    /// an axis.
    /// </param>
    /// <param name="inputs">Names of the inputs to differentiate in; all parameters where none is named.</param>
    /// <exception cref="ArgumentException">A name is unknown or an integer input's.</exception>
    public static Program Vjp(this Program program, int? directions = null, params string[] inputs)
    {
        program = program.Expand(forReverse: true);
        var wanted = program.Differentiable(inputs);
        var outputs = program.Outputs.Where(output => output.Type.Element.IsFloat()).ToList();
        var seeds = new Dictionary<Value, Value>();
        var given = new List<Port>(program.Inputs);
        foreach (var output in outputs)
        {
            var name = Program.Fresh($"cotangent({output.Name})", given);
            var cotangent = program.Graph.Apply(new Input(name, InputRole.Tangent, output.Type));
            given.Add(new Port(name, cotangent));
            seeds[output.Value] = seeds.TryGetValue(output.Value, out var others) ? others + cotangent : cotangent;
        }

        var cotangents = Pull(program, seeds, wanted);
        var single = new Program(
            given,
            [
                .. wanted.Select(input => new Port(
                    $"grad({input.Name})",
                    cotangents.GetValueOrDefault(input.Value) ?? Op.Full(program.Graph, input.Type, 0))),
            ]);
        return directions is null ? single : Batched(single, outputs.Count, directions);
    }

    /// <summary>The inputs of these names, or all parameters; each must hold real numbers.</summary>
    internal static IReadOnlyList<Port> Differentiable(this Program program, string[] inputs)
    {
        IReadOnlyList<Port> wanted = inputs.Length == 0
            ? [.. program.Parameters]
            : [.. inputs.Select(program.Input)];
        foreach (var input in wanted)
        {
            if (!input.Type.Element.IsFloat())
            {
                throw new ArgumentException(
                    $"derivatives are taken in real numbers, but '{input.Name}' is {input.Type}");
            }
        }

        return wanted;
    }

    /// <summary>The cotangents of all values between seeds and wanted inputs, given those of the seeds.</summary>
    internal static Dictionary<Value, Value> Pull(
        Program program, IReadOnlyDictionary<Value, Value> seeds, IReadOnlyList<Port> wanted)
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

        var cotangents = seeds.Where(seed => active.Contains(seed.Key)).ToDictionary();
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

    /// <summary>The cotangent of a scalar output with respect to itself: one.</summary>
    internal static Dictionary<Value, Value> UnitSeed(Program program)
    {
        var output = program.Outputs[0];
        if (output.Type.Shape.Rank != 0 || !output.Type.Element.IsFloat())
        {
            throw new ArgumentException($"a gradient needs a real scalar; output '{output.Name}' is {output.Type}");
        }

        return new() { [output.Value] = Op.Full(program.Graph, output.Type, 1) };
    }

    private static IReadOnlyList<Port> Gradients(Program program, string[] inputs)
    {
        var seed = UnitSeed(program);
        var wanted = program.Differentiable(inputs);
        var cotangents = Pull(program, seed, wanted);
        return
        [
            .. wanted.Select(input => new Port(
                $"grad({input.Name})",
                cotangents.GetValueOrDefault(input.Value) ?? Op.Full(program.Graph, input.Type, 0))),
        ];
    }

    /// <summary>
    /// Products of a linear map with several cotangents: the map is linear in them, so it is its own derivative in their
    /// direction, and forward mode supplies the axis.
    /// </summary>
    private static Program Batched(Program single, int cotangents, int? directions)
    {
        var names = single.Inputs.TakeLast(cotangents).Select(input => input.Name).ToArray();
        var batched = single.Jvp(directions, names);
        var own = single.Inputs.Count - cotangents;
        return new Program(
            [
                .. single.Inputs.Take(own),
                .. batched.Inputs.TakeLast(cotangents).Select((input, i) => input with { Name = names[i] }),
            ],
            [.. batched.Outputs.Select((output, i) => output with { Name = single.Outputs[i].Name })]);
    }
}
