using Looped.Autodiff;

namespace Looped.Models.Optimizers;

/// <summary>A rule that turns gradients into updates.</summary>
/// <param name="LearningRate">Step size eta, positive.</param>
public abstract record OptimizerSettings(double LearningRate)
{
    /// <summary>Names of the state vectors, each of theta's length and zero at the start.</summary>
    internal abstract IReadOnlyList<string> State { get; }

    /// <summary>Numbers that change from step to step, by name.</summary>
    internal abstract IReadOnlyList<string> Schedule { get; }

    /// <summary>Writes the numbers of <see cref="Schedule"/> for update <paramref name="step"/>, counted from 1.</summary>
    internal abstract void Advance(int step, Span<double> schedule);

    /// <summary>New theta and new state, of theta, gradient, state and schedule.</summary>
    internal abstract (Value Theta, IReadOnlyList<Value> State) Update(
        Value theta, Value gradient, IReadOnlyList<Value> state, IReadOnlyList<Value> schedule);
}

/// <summary>Gradient descent, <c>theta - eta g</c>: what the theory of valleys and rivers speaks of.</summary>
public sealed record GradientDescent(double LearningRate) : OptimizerSettings(LearningRate)
{
    internal override IReadOnlyList<string> State => [];

    internal override IReadOnlyList<string> Schedule => [];

    internal override void Advance(int step, Span<double> schedule)
    {
    }

    internal override (Value Theta, IReadOnlyList<Value> State) Update(
        Value theta, Value gradient, IReadOnlyList<Value> state, IReadOnlyList<Value> schedule) =>
        (theta - (LearningRate * gradient), []);
}

/// <summary>Heavy-ball momentum: <c>v = beta v + g</c>, <c>theta - eta v</c> (as PyTorch's SGD, without dampening).</summary>
public sealed record Momentum(double LearningRate, double Beta = 0.9) : OptimizerSettings(LearningRate)
{
    internal override IReadOnlyList<string> State => ["velocity"];

    internal override IReadOnlyList<string> Schedule => [];

    internal override void Advance(int step, Span<double> schedule)
    {
    }

    internal override (Value Theta, IReadOnlyList<Value> State) Update(
        Value theta, Value gradient, IReadOnlyList<Value> state, IReadOnlyList<Value> schedule)
    {
        var velocity = (Beta * state[0]) + gradient;
        return (theta - (LearningRate * velocity), [velocity]);
    }
}

/// <summary>
/// Adam (Kingma and Ba, 2015): <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>theta - eta m^ / (sqrt v^ + eps)</c> with <c>m^ = m / (1 - b1^t)</c>, <c>v^ = v / (1 - b2^t)</c>; epsilon stands
/// outside the root.
/// </summary>
public sealed record Adam(double LearningRate, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8)
    : OptimizerSettings(LearningRate)
{
    internal override IReadOnlyList<string> State => ["first moment", "second moment"];

    internal override IReadOnlyList<string> Schedule => ["corrected rate", "second correction"];

    internal override void Advance(int step, Span<double> schedule)
    {
        schedule[0] = LearningRate / (1 - Math.Pow(Beta1, step));
        schedule[1] = 1 / (1 - Math.Pow(Beta2, step));
    }

    internal override (Value Theta, IReadOnlyList<Value> State) Update(
        Value theta, Value gradient, IReadOnlyList<Value> state, IReadOnlyList<Value> schedule)
    {
        var first = (Beta1 * state[0]) + ((1 - Beta1) * gradient);
        var second = (Beta2 * state[1]) + ((1 - Beta2) * (gradient * gradient));
        var update = schedule[0] * first / (Op.Sqrt(schedule[1] * second) + Epsilon);
        return (theta - update, [first, second]);
    }
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): theta shrinks by the factor <c>1 - eta lambda</c>, and
/// <see cref="Adam"/>'s update is subtracted.
/// </summary>
public sealed record AdamW(
    double LearningRate,
    double WeightDecay = 0.01,
    double Beta1 = 0.9,
    double Beta2 = 0.999,
    double Epsilon = 1e-8) : OptimizerSettings(LearningRate)
{
    private readonly Adam _adam = new(LearningRate, Beta1, Beta2, Epsilon);

    internal override IReadOnlyList<string> State => _adam.State;

    internal override IReadOnlyList<string> Schedule => _adam.Schedule;

    internal override void Advance(int step, Span<double> schedule) => _adam.Advance(step, schedule);

    internal override (Value Theta, IReadOnlyList<Value> State) Update(
        Value theta, Value gradient, IReadOnlyList<Value> state, IReadOnlyList<Value> schedule) =>
        _adam.Update((1 - (LearningRate * WeightDecay)) * theta, gradient, state, schedule);
}
