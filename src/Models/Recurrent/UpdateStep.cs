using System.Numerics;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Optimizers;
using Looped.Tensors;

namespace Looped.Models.Recurrent;

/// <summary>
/// A loss and one update of its parameters as one program: gradient, its norm, clipping, AdamW and the running mean. Weights
/// and moments stay on the backend from step to step; a step allocates nothing.
/// </summary>
/// <typeparam name="T">The computing type, float or double.</typeparam>
public sealed class UpdateStep<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string Rate = "corrected rate";
    private const string Correction = "second correction";
    private const string Shrinkage = "shrinkage";
    private const string Norm = "gradient norm";

    /// <summary>At rate 1, so that its numbers of a step are to be multiplied with the rate.</summary>
    private static readonly Adam Adam = new(1);

    private readonly UpdateRule _rule;
    private readonly Executable _executable;
    private readonly Executable.Slot[] _scalars;
    private readonly Executable.Slot _loss;
    private readonly Executable.Slot _norm;
    private readonly Executable.Slot[][] _state;
    private readonly double[] _schedule = new double[2];
    private readonly T[] _scalar = new T[1];

    /// <summary>Compiles a step.</summary>
    /// <param name="loss">A program of the computing type whose first output is a scalar, the loss; further outputs are kept.</param>
    /// <param name="rule">How weights are updated.</param>
    /// <param name="backend">What runs it.</param>
    /// <exception cref="ArgumentException">The rule's numbers are out of range.</exception>
    public UpdateStep(Program loss, UpdateRule rule, IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(rule);
        rule.Validate();
        _rule = rule;
        var (program, state) = Trace(loss, rule);
        _executable = program.Compile(backend, [.. state.SelectMany(kind => kind).Select(name => (name, name))]);
        _scalars = [.. new[] { Rate, Correction, Shrinkage }.Select(_executable.Input)];
        _loss = _executable.Output(loss.Outputs[0].Name);
        _norm = _executable.Output(Norm);
        _state = [.. state.Select(kind => kind.Select(_executable.Input).ToArray())];
    }

    /// <summary>Floating-point operations of one step (a multiply-add counts two).</summary>
    public long Flops => _executable.Program.Flops;

    /// <summary>Bytes of all values of a step.</summary>
    public long Bytes => _executable.Bytes;

    /// <summary>An input of the loss that is no parameter.</summary>
    public Executable.Slot Input(string name) => _executable.Input(name);

    /// <summary>An output of the loss's program.</summary>
    public Executable.Slot Output(string name) => _executable.Output(name);

    /// <summary>Takes weights, moments and running mean over.</summary>
    public void Load(DecoderState<T> state) => Copy(state, (slot, array) => slot.Write<T>(array));

    /// <summary>Gives weights, moments and running mean back.</summary>
    public void Store(DecoderState<T> state) => Copy(state, (slot, array) => slot.Read<T>(array));

    /// <summary>Makes one update on the inputs that were given last.</summary>
    /// <param name="rate">Learning rate eta.</param>
    /// <param name="step">Which update it is, counted from 1.</param>
    /// <returns>The loss before the update, and the gradient's norm before it is clipped.</returns>
    public (double Loss, double GradientNorm) Run(double rate, long step)
    {
        Adam.Advance((int)step, _schedule);
        Write(0, rate * _schedule[0]);
        Write(1, _schedule[1]);
        Write(2, 1 - (rate * _rule.WeightDecay));
        _executable.Execute();
        return (Read(_loss), Read(_norm));
    }

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();

    private static (Program Program, IReadOnlyList<IReadOnlyList<string>> State) Trace(
        Program values, UpdateRule rule)
    {
        var loss = values.ValueAndGradient();
        var graph = loss.Outputs[0].Value.Graph;
        var inputs = new List<Port>(loss.Inputs);
        List<Port> outputs = [.. values.Outputs.Select(output => loss.Output(output.Name))];
        var element = typeof(T) == typeof(float) ? ElementType.Float32 : ElementType.Float64;
        Value[] schedule = [Data(Rate, Shape.Scalar), Data(Correction, Shape.Scalar)];
        var shrinkage = Data(Shrinkage, Shape.Scalar);
        var parameters = loss.Parameters.ToList();
        var gradients = parameters.Select(parameter => loss.Output($"grad({parameter.Name})").Value).ToList();
        var norm = Op.Sqrt(gradients.Select(gradient => Op.Sum(gradient * gradient)).Aggregate((sum, part) => sum + part));
        outputs.Add(new Port(Norm, norm));
        var factor = rule.Clip > 0
            ? Op.Min(
                Op.Full(graph, norm.Type, 1), Op.Full(graph, norm.Type, rule.Clip) / (norm + UpdateRule.ClipMargin))
            : null;
        string[][] state =
        [
            [.. parameters.Select(parameter => parameter.Name)],
            [.. parameters.Select(parameter => $"first({parameter.Name})")],
            [.. parameters.Select(parameter => $"second({parameter.Name})")],
            rule.Average > 0 ? [.. parameters.Select(parameter => $"average({parameter.Name})")] : [],
        ];
        for (var i = 0; i < parameters.Count; i++)
        {
            var shape = parameters[i].Type.Shape;
            Value[] moments = [Data(state[1][i], shape), Data(state[2][i], shape)];
            var (weight, updated) = Adam.Update(
                shrinkage * parameters[i].Value, factor is null ? gradients[i] : factor * gradients[i], moments, schedule);
            outputs.Add(new Port(state[0][i], weight));
            outputs.Add(new Port(state[1][i], updated[0]));
            outputs.Add(new Port(state[2][i], updated[1]));
            if (rule.Average > 0)
            {
                var average = Data(state[3][i], shape);
                outputs.Add(new Port(state[3][i], (rule.Average * average) + ((1 - rule.Average) * weight)));
            }
        }

        return (new Program(inputs, outputs), state);

        Value Data(string name, Shape shape)
        {
            var value = graph.Apply(new Input(name, InputRole.Data, new TensorType(element, shape)));
            inputs.Add(new Port(name, value));
            return value;
        }
    }

    private void Copy(DecoderState<T> state, Action<Executable.Slot, T[]> copy)
    {
        IReadOnlyList<T[]>?[] kinds = [state.Weights, state.First, state.Second, state.Average];
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            for (var i = 0; i < _state[kind].Length; i++)
            {
                copy(
                    _state[kind][i],
                    kinds[kind]?[i] ?? throw new ArgumentException("the state has no running mean, which the rule keeps"));
            }
        }
    }

    private void Write(int scalar, double number)
    {
        _scalar[0] = T.CreateTruncating(number);
        _scalars[scalar].Write<T>(_scalar);
    }

    private double Read(Executable.Slot slot)
    {
        slot.Read<T>(_scalar);
        return double.CreateChecked(_scalar[0]);
    }
}
