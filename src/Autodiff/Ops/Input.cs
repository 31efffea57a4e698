namespace Looped.Autodiff;

/// <summary>What an input of a program stands for.</summary>
public enum InputRole
{
    /// <summary>What is trained: derivatives are taken in these unless others are named.</summary>
    Parameter,

    /// <summary>Everything else that is given: contexts, targets, weights.</summary>
    Data,

    /// <summary>A direction in which a derivative is taken.</summary>
    Tangent,
}

/// <summary>A value that is given when a program runs. Inputs of one graph differ by name.</summary>
public sealed record Input(string InputName, InputRole Role, TensorType Type) : Operation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Type;

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        throw new InvalidOperationException("an input has no operands");

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        throw new InvalidOperationException("an input has no operands");
}
