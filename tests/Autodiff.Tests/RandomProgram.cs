using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// A random scalar program on small tensors, made in 10 to 60 steps of one operation or a few each. Each step draws
/// from numbers of its own, so that steps can be left out and the others still be made: a program that fails can be
/// shrunk.
/// </summary>
internal sealed class RandomProgram
{
    private readonly ulong _seed;

    private RandomProgram(ulong seed, IReadOnlyList<int> steps)
    {
        _seed = seed;
        Steps = steps;
        var draft = new RandomDraft();
        Loss = Program.Trace(tracer => Build(draft, tracer));
        IsSmooth = draft.IsSmooth;
    }

    /// <summary>The steps taken.</summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>The program. Its parameters are meant to be normal numbers.</summary>
    public Program Loss { get; }

    /// <summary>Whether no derivative jumps anywhere.</summary>
    public bool IsSmooth { get; }

    /// <summary>The whole program of a seed.</summary>
    public static RandomProgram Of(ulong seed) =>
        new(seed, [.. Enumerable.Range(0, 10 + new Philox(seed, "size").NextInt(51))]);

    /// <summary>The same program with nothing simplified.</summary>
    public Program Plain() => Program.Trace(tracer => Build(new RandomDraft(), tracer), simplify: false);

    /// <summary>The smallest program found by leaving out steps that fails a test as this one does.</summary>
    public RandomProgram Shrink(Func<RandomProgram, bool> fails)
    {
        var smallest = this;
        for (var i = Steps.Count - 1; i >= 0; i--)
        {
            var step = Steps[i];
            var smaller = new RandomProgram(_seed, [.. smallest.Steps.Where(other => other != step)]);
            smallest = fails(smaller) ? smaller : smallest;
        }

        return smallest;
    }

    public override string ToString() => $"random program of seed {_seed}, steps {string.Join(',', Steps)}:\n{Loss}";

    private Value Build(RandomDraft draft, Tracer tracer)
    {
        draft.Begin(tracer, new Philox(_seed, "inputs"));
        foreach (var step in Steps)
        {
            draft.Take(new Philox(_seed, $"step {step}"));
        }

        return draft.Loss();
    }
}
