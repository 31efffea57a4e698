namespace Looped.Kernels.Calls;

/// <summary>The elementwise functions a backend knows.</summary>
public enum MapFunction
{
    /// <summary><c>a</c></summary>
    Copy,

    /// <summary><c>-a</c></summary>
    Negate,

    /// <summary><c>a + b</c></summary>
    Add,

    /// <summary><c>a - b</c></summary>
    Subtract,

    /// <summary><c>a b</c></summary>
    Multiply,

    /// <summary><c>a / b</c></summary>
    Divide,

    /// <summary><c>constant a</c></summary>
    Scale,

    /// <summary><c>a + constant</c></summary>
    Offset,

    /// <summary><c>e^a</c></summary>
    Exp,

    /// <summary>Natural logarithm of <c>a</c>.</summary>
    Log,

    /// <summary>Square root of <c>a</c>.</summary>
    Sqrt,

    /// <summary>Hyperbolic tangent of <c>a</c>.</summary>
    Tanh,
}

/// <summary>
/// One step of an elementwise chain. <paramref name="A"/> and <paramref name="B"/> number the chain's inputs first, then
/// the results of its steps; functions of one argument ignore <paramref name="B"/>.
/// </summary>
public readonly record struct MapStep(MapFunction Function, int A, int B = 0, double Constant = 0)
{
    /// <summary>Whether the function takes two arguments.</summary>
    public bool IsBinary => Function is MapFunction.Add or MapFunction.Subtract or MapFunction.Multiply
        or MapFunction.Divide;
}

/// <summary>
/// A chain of elementwise functions in one pass over memory: the last step's result for each index. Inputs have the
/// output's shape (broadcast axes by stride zero) and may be the output itself.
/// </summary>
public sealed class MapCall(IReadOnlyList<Operand> inputs, IReadOnlyList<MapStep> steps, Operand output) : KernelCall
{
    /// <summary>The steps, in order; at least one.</summary>
    public IReadOnlyList<MapStep> Steps { get; } = steps;

    /// <inheritdoc/>
    public override string Name =>
        Steps.Count == 1 ? Steps[0].Function.ToString() : string.Join('.', Steps.Select(s => s.Function));

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = inputs;

    /// <inheritdoc/>
    public override Operand Output { get; } = output;
}
