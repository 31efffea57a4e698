namespace Looped.Autodiff;

/// <summary>
/// A program in two stages: what does not depend on some late inputs is computed once, by the first, and kept for any number of
/// runs of the second.
/// </summary>
/// <param name="Early">Computes what is kept; null where nothing needs to be.</param>
/// <param name="Late">The outputs, given the late inputs, what is kept, and those early inputs that it uses itself.</param>
/// <param name="Kept">The outputs of the first stage, which are inputs of the second by the same names.</param>
public sealed record StagedProgram(Program? Early, Program Late, IReadOnlyList<string> Kept);

/// <summary>Cuts programs where some of their inputs come later than others.</summary>
public static class Staging
{
    /// <summary>
    /// Cuts a program into what depends on its tangents and what does not. Of products with one matrix after another vector, as
    /// Krylov methods take them, the model's own forward and backward pass is then done once.
    /// </summary>
    /// <param name="program">A program with inputs of the role of tangents.</param>
    public static StagedProgram StageTangents(this Program program)
    {
        var graph = program.Outputs[0].Value.Graph;
        var late = program.Inputs.Where(input => input.Role == InputRole.Tangent).Select(input => input.Value).ToHashSet();
        foreach (var value in program.Instructions)
        {
            if (value.Operands.Any(late.Contains))
            {
                late.Add(value);
            }
        }

        var again = new HashSet<Value>();
        var kept = new List<Value>();
        var given = new HashSet<Value>();
        foreach (var value in program.Instructions.Where(late.Contains).SelectMany(value => value.Operands)
            .Concat(program.Outputs.Select(output => output.Value)))
        {
            Need(value);
        }

        var ports = kept.Select((value, i) => new Port($"kept({i})", value)).ToList();
        var values = program.Inputs.ToDictionary(input => input.Value, input => input.Value);
        var inputs = program.Inputs.Where(input => late.Contains(input.Value) || given.Contains(input.Value)).ToList();
        foreach (var port in ports)
        {
            var input = graph.Apply(new Input(port.Name, InputRole.Data, port.Type));
            values.Add(port.Value, input);
            inputs.Add(new Port(port.Name, input));
        }

        foreach (var value in program.Instructions.Where(value => late.Contains(value) || again.Contains(value)))
        {
            values[value] = graph.Apply(value.Operation, [.. value.Operands.Select(operand => values[operand])]);
        }

        var outputs = program.Outputs.Select(output => output with { Value = values[output.Value] });
        var early = program.Inputs.Where(input => !late.Contains(input.Value)).ToList();
        return new StagedProgram(
            ports.Count == 0 ? null : new Program(early, ports),
            new Program(inputs, [.. outputs]),
            [.. ports.Select(port => port.Name)]);

        // Views and constants cost nothing to make again, and would cost memory of their own if they were kept.
        void Need(Value value)
        {
            if (late.Contains(value) || again.Contains(value) || given.Contains(value) || kept.Contains(value))
            {
                return;
            }

            if (value.Operation is Input)
            {
                given.Add(value);
            }
            else if (value.Operation is ViewOperation || value.Operands.Count == 0)
            {
                again.Add(value);
                foreach (var operand in value.Operands)
                {
                    Need(operand);
                }
            }
            else
            {
                kept.Add(value);
            }
        }
    }
}
