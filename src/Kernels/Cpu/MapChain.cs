using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Code for one step of a chain or two, the registers that it reads and the one it writes, and constants.</summary>
internal readonly record struct ChainStep<T>(
    nint Code, int A, int B, int C, T Constant, T Second, int Result, bool IsPair);

/// <summary>What chains are, whatever their elements.</summary>
internal static class MapChain
{
    /// <summary>How often a step reads a register.</summary>
    public static int Reads(MapStep step, int register) =>
        (step.A == register ? 1 : 0)
        + (step.Arity > 1 && step.B == register ? 1 : 0)
        + (step.Arity > 2 && step.C == register ? 1 : 0);
}

/// <summary>
/// Turns the steps of a chain into fewer: a step whose result only one later step reads is done with it where there is code
/// for the pair, which spares a pass over the block.
/// </summary>
internal static unsafe class MapChain<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>The steps in order; registers keep their numbers.</summary>
    /// <param name="steps">Arguments number the inputs first, then the steps.</param>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="results">Registers that must be there in the end.</param>
    public static ChainStep<T>[] Of(IReadOnlyList<MapStep> steps, int inputs, IReadOnlyList<int> results)
    {
        var chain = new ChainStep<T>?[steps.Count];
        var gelu = new GeluChain(steps, inputs, results);
        for (var s = 0; s < steps.Count; s++)
        {
            chain[s] = Gelu(gelu, steps[s], inputs, chain, inputs + s)
                ?? Pair(steps, inputs, results, chain, s)
                ?? Single(steps[s], inputs + s);
        }

        return [.. chain.Where(step => step is not null).Select(step => step!.Value)];
    }

    private static ChainStep<T> Single(MapStep step, int result) => new(
        (nint)MapFunctions<T, V, S>.Block(step.Function, step.Constant),
        step.A,
        step.Arity > 1 ? step.B : step.A,
        step.Arity > 2 ? step.C : step.A,
        T.CreateTruncating(step.Constant),
        T.Zero,
        result,
        IsPair: false);

    /// <summary>All steps of a GELU that ends with a step, which leave the chain; null if there is none.</summary>
    private static ChainStep<T>? Gelu(GeluChain gelu, MapStep step, int inputs, ChainStep<T>?[] chain, int result)
    {
        if (gelu.EndingAt(step) is not { } match)
        {
            return null;
        }

        foreach (var register in match.Covered)
        {
            chain[register - inputs] = null;
        }

        return new(
            (nint)MapFunctions<T, V, S>.GeluBlock(match.Form),
            match.X,
            match.Factor,
            match.X,
            T.CreateTruncating(match.Scale),
            T.CreateTruncating(match.Offset),
            result,
            IsPair: true);
    }

    /// <summary>A step together with one that it alone reads, which leaves the chain; null if there is none.</summary>
    private static ChainStep<T>? Pair(
        IReadOnlyList<MapStep> steps, int inputs, IReadOnlyList<int> results, ChainStep<T>?[] chain, int s)
    {
        var step = steps[s];
        foreach (var isLast in (bool[])[false, true])
        {
            var read = isLast && step.Arity > 1 ? step.B : step.A;
            if (read < inputs || results.Contains(read) || steps.Sum(other => MapChain.Reads(other, read)) > 1 ||
                chain[read - inputs] is not { IsPair: false })
            {
                continue;
            }

            var first = steps[read - inputs];
            var code = MapFunctions<T, V, S>.PairBlock(first.Function, step.Function, isLast);
            if (code != null)
            {
                chain[read - inputs] = null;
                return new(
                    (nint)code,
                    first.A,
                    first.Arity > 1 ? first.B : first.A,
                    step.Arity == 1 ? first.A : isLast ? step.A : step.B,
                    T.CreateTruncating(first.Constant),
                    T.CreateTruncating(step.Constant),
                    inputs + s,
                    IsPair: true);
            }
        }

        return null;
    }
}
