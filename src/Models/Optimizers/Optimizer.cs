using Looped.Autodiff;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Models.Optimizers;

/// <summary>
/// An update rule with its state. The rule is a traced program like any other: its state is carried from run to run on
/// the backend, and a step allocates nothing.
/// </summary>
public sealed class Optimizer : IDisposable
{
    private const string Theta = "theta";
    private const string Gradient = "gradient";

    private readonly OptimizerSettings _settings;
    private readonly Executable _executable;
    private readonly Executable.Slot _thetaIn;
    private readonly Executable.Slot _thetaOut;
    private readonly Executable.Slot _gradient;
    private readonly Executable.Slot[] _state;
    private readonly Executable.Slot[] _schedule;
    private readonly double[] _numbers;

    /// <summary>An optimizer of a vector of a given length, its state zero.</summary>
    public Optimizer(OptimizerSettings settings, int size, IBackend backend)
    {
        _settings = settings;
        var program = Program.Trace(tracer =>
        {
            var shape = new Shape(size);
            var theta = tracer.Data(Theta, shape);
            var gradient = tracer.Data(Gradient, shape);
            Value[] state = [.. settings.State.Select(name => tracer.Data(name, shape))];
            Value[] schedule = [.. settings.Schedule.Select(name => tracer.Data(name, Shape.Scalar))];
            var (newTheta, newState) = settings.Update(theta, gradient, state, schedule);
            return [new Port(Theta, newTheta), .. settings.State.Zip(newState, (name, value) => new Port(name, value))];
        });
        _executable = program.Compile(backend, [.. settings.State.Select(name => (name, name))]);
        _thetaIn = _executable.Input(Theta);
        _thetaOut = _executable.Output(Theta);
        _gradient = _executable.Input(Gradient);
        _state = [.. settings.State.Select(_executable.Input)];
        _schedule = [.. settings.Schedule.Select(_executable.Input)];
        _numbers = new double[_schedule.Length];
    }

    /// <summary>Updates made so far.</summary>
    public int Steps { get; private set; }

    /// <summary>Floating-point operations of one update (a multiply-add counts two).</summary>
    public long Flops => _executable.Program.Flops;

    /// <summary>A copy of the state.</summary>
    public OptimizerState Export() => new(
        Steps,
        _settings.State.Zip(_state).ToDictionary(
            pair => pair.First,
            pair =>
            {
                var vector = new double[pair.Second.Type.Shape.Size];
                pair.Second.Read<double>(vector);
                return vector;
            }));

    /// <summary>Goes on from a state: what follows has the bits of the optimizer that it was exported from.</summary>
    /// <exception cref="ArgumentException">The state is of another update rule or of vectors of another length.</exception>
    public void Import(OptimizerState state)
    {
        if (!_settings.State.ToHashSet().SetEquals(state.Vectors.Keys))
        {
            throw new ArgumentException(
                $"a state of [{string.Join(", ", state.Vectors.Keys)}] is not one of [{string.Join(", ", _settings.State)}]");
        }

        foreach (var (name, slot) in _settings.State.Zip(_state))
        {
            slot.Write<double>(state.Vectors[name]);
        }

        Steps = state.Steps;
    }

    /// <summary>Makes one update of theta, in place.</summary>
    /// <param name="theta">(P,).</param>
    /// <param name="gradient">(P,), at theta.</param>
    public void Step(Span<double> theta, ReadOnlySpan<double> gradient)
    {
        Steps++;
        _settings.Advance(Steps, _numbers);
        for (var i = 0; i < _numbers.Length; i++)
        {
            _schedule[i].Write<double>(_numbers.AsSpan(i, 1));
        }

        _thetaIn.Write<double>(theta);
        _gradient.Write(gradient);
        _executable.Execute();
        _thetaOut.Read(theta);
    }

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();
}
