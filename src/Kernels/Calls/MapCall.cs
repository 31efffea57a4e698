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

    /// <summary><c>a^constant</c>; not a number where a is negative and the constant no whole number.</summary>
    Power,

    /// <summary><c>1 / sqrt a</c></summary>
    ReciprocalSqrt,

    /// <summary><c>1 / (1 + e^-a)</c></summary>
    Sigmoid,

    /// <summary><c>ln(1 + e^a)</c>, without overflow.</summary>
    Softplus,

    /// <summary>Sine of <c>a</c>, in radians.</summary>
    Sin,

    /// <summary>Cosine of <c>a</c>, in radians.</summary>
    Cos,

    /// <summary>Error function <c>2/sqrt(pi) int_0^a e^(-t^2) dt</c>.</summary>
    Erf,

    /// <summary>The larger of <c>a</c> and <c>b</c>; not a number where one of them is.</summary>
    Max,

    /// <summary>The smaller of <c>a</c> and <c>b</c>; not a number where one of them is.</summary>
    Min,

    /// <summary>1 where <c>a &gt; b</c>, else 0.</summary>
    Greater,

    /// <summary>1 where <c>a = b</c>, else 0.</summary>
    Equal,

    /// <summary><c>b</c> where a is not zero, else <c>c</c>.</summary>
    Select,

    /// <summary>
    /// <c>a (1 + b) / 2</c>: GELU of x is that of x and t, t being tanh of <c>sqrt(2/pi) (x + 0.044715 x^3)</c> or erf
    /// of <c>x / sqrt 2</c>.
    /// </summary>
    Gelu,

    /// <summary>The slope in a of the tanh form of GELU, b being its hyperbolic tangent.</summary>
    GeluTanhSlope,

    /// <summary>The second derivative in a of the tanh form of GELU, b being its hyperbolic tangent.</summary>
    GeluTanhCurvature,

    /// <summary>
    /// The slope in a of the exact GELU, b being its error function: <c>(1 + b) / 2 + a phi(a)</c>, phi the normal
    /// density.
    /// </summary>
    GeluErfSlope,

    /// <summary>The second derivative in a of the exact GELU: <c>phi(a) (2 - a^2)</c>.</summary>
    GeluErfCurvature,
}

/// <summary>
/// One step of an elementwise chain. <paramref name="A"/>, <paramref name="B"/> and <paramref name="C"/> number the
/// chain's inputs first, then the results of its steps; a function ignores those beyond its <see cref="Arity"/>.
/// </summary>
public readonly record struct MapStep(MapFunction Function, int A, int B = 0, int C = 0, double Constant = 0)
{
    /// <summary>Number of arguments of the function.</summary>
    public int Arity => Function switch
    {
        MapFunction.Add or MapFunction.Subtract or MapFunction.Multiply or MapFunction.Divide => 2,
        MapFunction.Max or MapFunction.Min or MapFunction.Greater or MapFunction.Equal => 2,
        MapFunction.Gelu or MapFunction.GeluTanhSlope or MapFunction.GeluTanhCurvature or MapFunction.GeluErfSlope => 2,
        MapFunction.Select => 3,
        _ => 1,
    };
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

    /// <inheritdoc/>
    public override MapCall Slice(int axis, int start, int count) => new MapCall(
        [.. Inputs.Select(input => input.Slice(axis, start, count))], Steps, Output.Slice(axis, start, count));
}
