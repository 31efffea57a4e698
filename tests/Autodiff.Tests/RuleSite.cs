namespace Looped.Autodiff.Tests;

/// <summary>A place where a rule of an operation was applied to differentiate, or rewrite, a scalar program.</summary>
/// <param name="Rule">Operation, rule and operand.</param>
/// <param name="Emitted">What the rule returned.</param>
/// <param name="Given">What there was before.</param>
/// <param name="With">
/// The scalar that the program comes to with another value, or none, in the place of the returned one.
/// </param>
internal sealed record RuleSite(string Rule, Value Emitted, IReadOnlySet<Value> Given, Func<Value?, Program> With)
{
    /// <summary>Whether the rule may return nothing: what it returns is added to what others return.</summary>
    public bool IsPart { get; init; } = true;

    /// <summary>The program's derivative along given tangents, forward: each application of a tangent rule.</summary>
    public static IEnumerable<RuleSite> Forward(Program program)
    {
        var tangents = TangentInputs(program);
        foreach (var (value, operand, part) in Pass(null))
        {
            yield return new RuleSite(
                $"{value.Operation.GetType().Name}.Jvp({operand})",
                part,
                Before(program, [tangents[value.Operands[operand]]]),
                other => Result(() => Pass((value, operand, other))));
        }

        IReadOnlyList<(Value Value, int Operand, Value Part)> Pass((Value Value, int Operand, Value? Part)? changed)
        {
            var parts = new List<(Value, int, Value)>();
            foreach (var value in program.Instructions)
            {
                Value? total = null;
                for (var i = 0; i < value.Operands.Count; i++)
                {
                    if (!tangents.TryGetValue(value.Operands[i], out var tangent))
                    {
                        continue;
                    }

                    var part = changed is { } change && change.Value == value && change.Operand == i
                        ? change.Part
                        : value.Operation.Jvp(value, i, tangent, Directions.Single);
                    if (part is not null)
                    {
                        parts.Add((value, i, part));
                        total = total is null ? part : total + part;
                    }
                }

                tangents.Remove(value);
                if (total is not null)
                {
                    tangents.Add(value, total);
                }
            }

            return parts;
        }

        Program Result(Action pass)
        {
            pass();
            return Scalar(program, tangents.GetValueOrDefault(program.Outputs[0].Value), tangents);
        }
    }

    /// <summary>The same derivative in reverse: each application of a cotangent rule.</summary>
    public static IEnumerable<RuleSite> Reverse(Program program)
    {
        var tangents = TangentInputs(program);
        var active = program.Parameters.Select(parameter => parameter.Value).ToHashSet();
        foreach (var value in program.Instructions)
        {
            if (value.Operands.Any(active.Contains))
            {
                active.Add(value);
            }
        }

        var cotangents = new Dictionary<Value, Value>();
        foreach (var (value, operand, part, cotangent) in Pass(null))
        {
            yield return new RuleSite(
                $"{value.Operation.GetType().Name}.Vjp({operand})",
                part,
                Before(program, [cotangent]),
                other => Result(() => Pass((value, operand, other))));
        }

        IReadOnlyList<(Value Value, int Operand, Value Part, Value Cotangent)> Pass(
            (Value Value, int Operand, Value? Part)? changed)
        {
            var parts = new List<(Value, int, Value, Value)>();
            cotangents.Clear();
            cotangents.Add(program.Outputs[0].Value, Op.Full(program.Outputs[0].Value.Graph, program.Outputs[0].Type, 1));
            foreach (var value in program.Instructions.Reverse())
            {
                if (!active.Contains(value) || !cotangents.TryGetValue(value, out var cotangent))
                {
                    continue;
                }

                for (var i = 0; i < value.Operands.Count; i++)
                {
                    var operand = value.Operands[i];
                    if (!active.Contains(operand))
                    {
                        continue;
                    }

                    var part = changed is { } change && change.Value == value && change.Operand == i
                        ? change.Part
                        : value.Operation.Vjp(value, i, cotangent);
                    if (part is not null)
                    {
                        parts.Add((value, i, part, cotangent));
                        cotangents[operand] = cotangents.TryGetValue(operand, out var others) ? others + part : part;
                    }
                }
            }

            return parts;
        }

        Program Result(Action pass)
        {
            pass();
            var products = program.Parameters
                .Where(parameter => cotangents.ContainsKey(parameter.Value))
                .Select(parameter => Op.Sum(cotangents[parameter.Value] * tangents[parameter.Value]))
                .ToList();
            return Scalar(program, products.Count == 0 ? null : products.Aggregate((a, b) => a + b), tangents);
        }
    }

    /// <summary>
    /// The program's value: each rule that puts a cheaper or a more elementary value in the place of another.
    /// </summary>
    public static IEnumerable<RuleSite> Rewrites(Program program)
    {
        foreach (var value in program.Instructions)
        {
            var (rule, emitted) = value.Operation is FusedOperation fused
                ? ("Expand", fused.Expand(value.Operands))
                : ("Simplify", value.Operation.Simplify(value.Operands));
            if (emitted is not null)
            {
                yield return new RuleSite(
                    $"{value.Operation.GetType().Name}.{rule}",
                    emitted,
                    Before(program, []),
                    other => Scalar(program, Replace(program, value, other!), [])) { IsPart = false };
            }
        }
    }

    private static Value Replace(Program program, Value replaced, Value replacement)
    {
        var values = new Dictionary<Value, Value> { [replaced] = replacement };
        foreach (var value in program.Instructions.Where(value => value != replaced))
        {
            if (value.Operands.Any(values.ContainsKey))
            {
                values[value] = value.Graph.Apply(
                    value.Operation, [.. value.Operands.Select(operand => values.GetValueOrDefault(operand, operand))]);
            }
        }

        return values.GetValueOrDefault(program.Outputs[0].Value, program.Outputs[0].Value);
    }

    private static Dictionary<Value, Value> TangentInputs(Program program) => program.Parameters.ToDictionary(
        parameter => parameter.Value,
        parameter => parameter.Value.Graph.Apply(
            new Input($"tangent({parameter.Name})", InputRole.Tangent, parameter.Type)));

    private static HashSet<Value> Before(Program program, IEnumerable<Value> others) =>
        [.. program.Inputs.Select(input => input.Value), .. program.Instructions, .. others];

    private static Program Scalar(Program program, Value? value, Dictionary<Value, Value> tangents) => new(
        [
            .. program.Inputs,
            .. program.Parameters.Where(parameter => tangents.ContainsKey(parameter.Value))
                .Select(parameter => new Port($"tangent({parameter.Name})", tangents[parameter.Value])),
        ],
        [new Port("value", value ?? Op.Full(program.Outputs[0].Value.Graph, program.Outputs[0].Type, 0))]);
}
