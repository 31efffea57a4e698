using Looped.Kernels.Calls;

namespace Looped.Autodiff.Execution;

/// <summary>
/// Turns a program's instructions into steps. An elementwise value that one elementwise value of its shape uses joins
/// that value's chain; a contraction that one sum uses accumulates on it.
/// </summary>
internal sealed class Fusion
{
    private readonly Program _program;
    private readonly Dictionary<Value, int> _uses = [];
    private readonly HashSet<Value> _outputs;
    private readonly HashSet<Value> _fused = [];

    private Fusion(Program program)
    {
        _program = program;
        _outputs = [.. program.Outputs.Select(output => output.Value)];
        foreach (var operand in program.Instructions.SelectMany(value => value.Operands))
        {
            _uses[operand] = _uses.GetValueOrDefault(operand) + 1;
        }
    }

    /// <summary>The steps of a program, in an order in which they can run. Views have none.</summary>
    public static IReadOnlyList<Step> Steps(Program program) => new Fusion(program).Steps();

    private IReadOnlyList<Step> Steps()
    {
        // Consumers come first, so that what they take in is known before it is met.
        var steps = new List<Step>();
        foreach (var value in _program.Instructions.Reverse())
        {
            if (_fused.Contains(value))
            {
                continue;
            }

            switch (value.Operation)
            {
                case ViewOperation:
                    break;
                case ElementwiseOperation:
                    steps.Add(IsAccumulation(value) ? Accumulation(value) : Chain(value));
                    break;
                case KernelOperation:
                    steps.Add(new KernelStep(value));
                    break;
                default:
                    throw new InvalidOperationException($"{value.Operation.Name} cannot be run");
            }
        }

        steps.Reverse();
        return steps;
    }

    /// <summary>Whether a value can be computed inside the only step that uses it.</summary>
    private bool IsPrivate(Value value, Value consumer) =>
        _uses[value] == 1 && !_outputs.Contains(value) && value.Shape.Equals(consumer.Shape);

    private bool IsProduct(Value term, Value root) => term.Operation is Contract && IsPrivate(term, root);

    /// <summary>Whether a value is a sum on which a contraction can accumulate.</summary>
    private bool IsAccumulation(Value root) => Terms(root, []).Exists(term => IsProduct(term.Value, root));

    private AccumulateStep Accumulation(Value root)
    {
        var inner = new List<Value>();
        var terms = Terms(root, inner);
        var products = terms.FindAll(term => IsProduct(term.Value, root));
        var others = terms.FindAll(term => !IsProduct(term.Value, root));
        _fused.UnionWith(inner);
        _fused.UnionWith(products.Select(term => term.Value));
        return new AccumulateStep(root, others.Count == 0 ? null : SumOf(root, others), products);
    }

    /// <summary>The signed terms of a sum; the sums inside it go to <paramref name="inner"/>.</summary>
    private List<(Value Value, double Sign)> Terms(Value root, List<Value> inner)
    {
        var terms = new List<(Value Value, double Sign)>();
        Collect(root, 1);
        return terms;

        void Collect(Value value, double sign)
        {
            if (value.Operation is not (Add or Subtract) || (value != root && !IsPrivate(value, root)))
            {
                terms.Add((value, sign));
                return;
            }

            if (value != root)
            {
                inner.Add(value);
            }

            Collect(value.Operands[0], sign);
            Collect(value.Operands[1], value.Operation is Add ? sign : -sign);
        }
    }

    /// <summary>The chain that adds up signed terms, each with its own chain where that is private.</summary>
    private MapStepGroup SumOf(Value root, List<(Value Value, double Sign)> terms)
    {
        var chain = new ChainBuilder(this, root);
        int? total = null;
        foreach (var (value, sign) in terms.OrderByDescending(term => term.Sign))
        {
            var register = chain.Register(value);
            total = (total, sign) switch
            {
                (null, > 0) => register,
                (null, _) => chain.Emit(new MapStep(MapFunction.Negate, register)),
                ({ } sum, > 0) => chain.Emit(new MapStep(MapFunction.Add, sum, register)),
                ({ } sum, _) => chain.Emit(new MapStep(MapFunction.Subtract, sum, register)),
            };
        }

        if (chain.IsEmpty)
        {
            chain.Emit(new MapStep(MapFunction.Copy, total!.Value));
        }

        return chain.Build();
    }

    private MapStepGroup Chain(Value root)
    {
        var chain = new ChainBuilder(this, root);
        chain.Compute(root);
        return chain.Build();
    }

    /// <summary>Numbers the registers of a chain: inputs as ~index until their number is known, then steps.</summary>
    private sealed class ChainBuilder(Fusion fusion, Value root)
    {
        /// <summary>A chain of more steps would not keep its registers in the first-level cache.</summary>
        private const int MaxSteps = 16;

        private readonly List<Value> _inputs = [];
        private readonly List<MapStep> _steps = [];
        private int _members;

        public bool IsEmpty => _steps.Count == 0;

        public int Register(Value value)
        {
            if (value.Operation is ElementwiseOperation && fusion.IsPrivate(value, root) && _members < MaxSteps &&
                !fusion.IsAccumulation(value))
            {
                fusion._fused.Add(value);
                return Compute(value);
            }

            var index = _inputs.IndexOf(value);
            if (index < 0)
            {
                index = _inputs.Count;
                _inputs.Add(value);
            }

            return ~index;
        }

        public int Compute(Value value)
        {
            _members++;
            var step = ((ElementwiseOperation)value.Operation).Step;
            var a = Register(value.Operands[step.A]);
            var b = step.Arity > 1 ? Register(value.Operands[step.B]) : a;
            var c = step.Arity > 2 ? Register(value.Operands[step.C]) : a;
            return Emit(step with { A = a, B = b, C = c });
        }

        public int Emit(MapStep step)
        {
            _steps.Add(step);
            return _steps.Count - 1;
        }

        public MapStepGroup Build()
        {
            return new MapStepGroup(
                root, _inputs, [.. _steps.Select(step => step with { A = Final(step.A), B = Final(step.B), C = Final(step.C) })]);

            int Final(int register) => register < 0 ? ~register : register + _inputs.Count;
        }
    }
}
