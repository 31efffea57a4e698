using System.Globalization;
using System.Text;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>A named value of a program.</summary>
public readonly record struct Port(string Name, Value Value)
{
    /// <summary>Element type and shape.</summary>
    public TensorType Type => Value.Type;

    /// <summary>What an input stands for; outputs have no role.</summary>
    public InputRole Role => ((Input)Value.Operation).Role;
}

/// <summary>
/// A function of tensors as a flat list of operations in static single assignment: what a trace makes, what the
/// transformations turn into other programs, and what is compiled and run.
/// </summary>
public sealed class Program
{
    /// <summary>The program that computes <paramref name="outputs"/> from <paramref name="inputs"/>.</summary>
    /// <exception cref="ArgumentException">An output needs an input that is not listed, or names repeat.</exception>
    public Program(IReadOnlyList<Port> inputs, IReadOnlyList<Port> outputs)
    {
        if (outputs.Count == 0)
        {
            throw new ArgumentException("a program needs at least one output");
        }

        Inputs = inputs;
        Outputs = outputs;
        Graph = outputs[0].Value.Graph;
        Instructions = Reach(inputs, outputs);
        foreach (var ports in (IReadOnlyList<Port>[])[inputs, outputs])
        {
            if (ports.GroupBy(port => port.Name).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            {
                throw new ArgumentException($"the name '{repeated.Key}' stands for two values");
            }
        }
    }

    /// <summary>What is given, in the order in which it was declared.</summary>
    public IReadOnlyList<Port> Inputs { get; }

    /// <summary>What is computed.</summary>
    public IReadOnlyList<Port> Outputs { get; }

    /// <summary>The operations that the outputs need, operands before results; inputs are not among them.</summary>
    public IReadOnlyList<Value> Instructions { get; }

    /// <summary>Inputs that are trained.</summary>
    public IEnumerable<Port> Parameters => Inputs.Where(input => input.Role == InputRole.Parameter);

    /// <summary>Floating-point operations of one run (a multiply-add counts two).</summary>
    public long Flops => Instructions.Sum(
        value => value.Operation.Flops([.. value.Operands.Select(operand => operand.Type)], value.Type));

    /// <summary>Elements of all parameters.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Type.Shape.Size);

    internal Graph Graph { get; }

    /// <summary>The program of a function of symbolic values with one result, named <c>value</c>.</summary>
    /// <param name="function">Declares its inputs on the tracer and returns its result.</param>
    /// <param name="simplify">See <see cref="Autodiff.Graph"/>.</param>
    /// <exception cref="ShapeException">Operands do not fit an operation.</exception>
    /// <exception cref="ArgumentException">No output depends on a parameter.</exception>
    public static Program Trace(Func<Tracer, Value> function, bool simplify = true) =>
        Trace(tracer => [new Port("value", function(tracer))], simplify);

    /// <summary>The program of a function of symbolic values with several named results.</summary>
    /// <param name="function">Declares its inputs on the tracer and returns its results.</param>
    /// <param name="simplify">See <see cref="Autodiff.Graph"/>.</param>
    /// <exception cref="ShapeException">Operands do not fit an operation.</exception>
    /// <exception cref="ArgumentException">No output depends on a parameter.</exception>
    public static Program Trace(Func<Tracer, IReadOnlyList<Port>> function, bool simplify = true)
    {
        var tracer = new Tracer(new Graph(simplify));
        var program = new Program(tracer.Inputs, function(tracer));
        var used = program.Instructions.SelectMany(value => value.Operands)
            .Concat(program.Outputs.Select(output => output.Value))
            .ToHashSet();
        foreach (var parameter in program.Parameters)
        {
            if (!used.Contains(parameter.Value))
            {
                throw new ArgumentException(
                    $"no output depends on the parameter '{parameter.Name}': leave it out, or declare it as data");
            }
        }

        return program;
    }

    /// <summary>The input of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Port Input(string name) => Find(Inputs, name, "input");

    /// <summary>The output of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Port Output(string name) => Find(Outputs, name, "output");

    /// <summary>A name that no port has yet: the given one, with primes where it is taken.</summary>
    internal static string Fresh(string name, IReadOnlyList<Port> taken)
    {
        while (taken.Any(port => port.Name == name))
        {
            name += "'";
        }

        return name;
    }

    /// <summary>The listing: one line an instruction.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var names = new Dictionary<Value, string>();
        foreach (var input in Inputs)
        {
            names[input.Value] = input.Name;
            text.Append(CultureInfo.InvariantCulture, $"input {input.Name}: {input.Type}\n");
        }

        foreach (var value in Instructions)
        {
            names[value] = $"%{names.Count - Inputs.Count}";
            text.Append(CultureInfo.InvariantCulture, $"{names[value]} = {value.Operation.Name}(")
                .AppendJoin(", ", value.Operands.Select(operand => names[operand]))
                .Append(CultureInfo.InvariantCulture, $"): {value.Type}\n");
        }

        foreach (var output in Outputs)
        {
            text.Append(CultureInfo.InvariantCulture, $"output {output.Name} = {names[output.Value]}: {output.Type}\n");
        }

        return text.ToString();
    }

    /// <summary>
    /// This program with elementary operations in place of fused ones (<see cref="FusedOperation"/>), as
    /// differentiation needs it.
    /// </summary>
    /// <param name="forReverse">Whether fused operations that have cotangent rules stay.</param>
    public Program Expand(bool forReverse = false)
    {
        if (!Instructions.Any(MustExpand))
        {
            return this;
        }

        var expanded = Inputs.ToDictionary(input => input.Value, input => input.Value);
        foreach (var value in Instructions)
        {
            Value[] operands = [.. value.Operands.Select(operand => expanded[operand])];
            expanded[value] = MustExpand(value)
                ? ((FusedOperation)value.Operation).Expand(operands)
                : Graph.Apply(value.Operation, operands);
        }

        return new Program(
            Inputs, [.. Outputs.Select(output => output with { Value = expanded[output.Value] })]);

        bool MustExpand(Value value) => value.Operation is FusedOperation fused && !(forReverse && fused.HasVjp);
    }

    private static Port Find(IReadOnlyList<Port> ports, string name, string kind)
    {
        foreach (var port in ports)
        {
            if (port.Name == name)
            {
                return port;
            }
        }

        throw new ArgumentException(
            $"there is no {kind} '{name}'; there are {string.Join(", ", ports.Select(port => port.Name))}");
    }

    private static List<Value> Reach(IReadOnlyList<Port> inputs, IReadOnlyList<Port> outputs)
    {
        var given = inputs.Select(input => input.Value).ToHashSet();
        var reached = new HashSet<Value>();
        var pending = new Stack<Value>(outputs.Select(output => output.Value));
        while (pending.TryPop(out var value))
        {
            if (given.Contains(value) || !reached.Add(value))
            {
                continue;
            }

            if (value.Operation is Input input)
            {
                throw new ArgumentException($"the outputs need the input '{input.InputName}', which is not listed");
            }

            foreach (var operand in value.Operands)
            {
                pending.Push(operand);
            }
        }

        return [.. reached.OrderBy(value => value.Id)];
    }
}

/// <summary>Declares the inputs of a function while it is traced.</summary>
public sealed class Tracer
{
    private readonly List<Port> _inputs = [];

    internal Tracer(Graph graph) => Graph = graph;

    internal Graph Graph { get; }

    internal IReadOnlyList<Port> Inputs => _inputs;

    /// <summary>An input that is trained.</summary>
    public Value Parameter(string name, Shape shape, ElementType element = ElementType.Float64) =>
        Declare(name, InputRole.Parameter, new TensorType(element, shape));

    /// <summary>An input that is not trained.</summary>
    public Value Data(string name, Shape shape, ElementType element = ElementType.Float64) =>
        Declare(name, InputRole.Data, new TensorType(element, shape));

    /// <summary>A tensor of one number everywhere.</summary>
    public Value Constant(double number, Shape shape, ElementType element = ElementType.Float64) =>
        Op.Full(Graph, new TensorType(element, shape), number);

    private Value Declare(string name, InputRole role, TensorType type)
    {
        var value = Graph.Apply(new Input(name, role, type));
        _inputs.Add(new Port(name, value));
        return value;
    }
}
