using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Finds GELU and its slope among the steps of a chain: steps for which one pass over the block does what is written in three
/// to seven.
/// </summary>
/// <param name="steps">Arguments number the inputs first, then the steps.</param>
/// <param name="inputs">Number of inputs.</param>
/// <param name="results">Registers that must be there in the end.</param>
internal sealed class GeluChain(IReadOnlyList<MapStep> steps, int inputs, IReadOnlyList<int> results)
{
    private static readonly double RootHalf = Math.Sqrt(0.5);

    /// <summary>What a GELU step does in one pass.</summary>
    public enum Form
    {
        /// <summary>GELU by <c>tanh(x (scale x^2 + offset))</c>.</summary>
        Tanh,

        /// <summary>Its slope.</summary>
        TanhSlope,

        /// <summary>Its slope times another register.</summary>
        TanhSlopeTimes,

        /// <summary>GELU by the error function.</summary>
        Erf,

        /// <summary>Its slope.</summary>
        ErfSlope,
    }

    /// <summary>GELU of a register x.</summary>
    /// <param name="Form">What it is.</param>
    /// <param name="X">x.</param>
    /// <param name="Factor">What a slope is multiplied by; x where it is not.</param>
    /// <param name="Scale">Of the cubic term.</param>
    /// <param name="Offset">Of the linear term.</param>
    /// <param name="Covered">Registers of the earlier steps that nothing else reads.</param>
    public sealed record Match(Form Form, int X, int Factor, double Scale, double Offset, IReadOnlyList<int> Covered);

    /// <summary>GELU that ends with a step; null if it ends none.</summary>
    public Match? EndingAt(MapStep step) => step.Function switch
    {
        MapFunction.Gelu => OfTanh(step, Form.Tanh) ?? OfErf(step, Form.Erf),
        MapFunction.GeluTanhSlope => OfTanh(step, Form.TanhSlope),
        MapFunction.GeluErfSlope => OfErf(step, Form.ErfSlope),
        MapFunction.Multiply => SlopeTimes(step.A, step.B) ?? SlopeTimes(step.B, step.A),
        _ => null,
    };

    private Match? SlopeTimes(int slope, int factor) =>
        Own(slope, MapFunction.GeluTanhSlope) is { } step && OfTanh(step, Form.TanhSlopeTimes) is { } match
            ? match with { Factor = factor, Covered = [.. match.Covered, slope] }
            : null;

    /// <summary>A step of x and <c>tanh(x (scale x^2 + offset))</c>.</summary>
    private Match? OfTanh(MapStep step, Form form)
    {
        var x = step.A;
        if (Own(step.B, MapFunction.Tanh) is not { } tanh || Own(tanh.A, MapFunction.Multiply) is not { } product)
        {
            return null;
        }

        var even = product.A == x ? product.B : product.A;
        if (product.A + product.B != even + x
            || Own(even, MapFunction.Offset) is not { } offset
            || Own(offset.A, MapFunction.Scale) is not { } scale
            || Own(scale.A, MapFunction.Multiply) is not { } square
            || square.A != x || square.B != x)
        {
            return null;
        }

        return new Match(form, x, x, scale.Constant, offset.Constant, [step.B, tanh.A, even, offset.A, scale.A]);
    }

    /// <summary>A step of x and <c>erf(x / sqrt 2)</c>.</summary>
    private Match? OfErf(MapStep step, Form form) =>
        Own(step.B, MapFunction.Erf) is { } erf && Own(erf.A, MapFunction.Scale) is { } scale
        && scale.A == step.A && scale.Constant == RootHalf
            ? new Match(form, step.A, step.A, 0, 0, [step.B, erf.A])
            : null;

    /// <summary>The step that makes a register, if it is of a function and one other step alone reads it.</summary>
    private MapStep? Own(int register, MapFunction function) =>
        register >= inputs && steps[register - inputs] is var step && step.Function == function
        && !results.Contains(register) && steps.Sum(other => MapChain.Reads(other, register)) == 1
            ? step
            : null;
}
