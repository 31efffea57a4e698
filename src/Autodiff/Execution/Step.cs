using Looped.Kernels.Calls;

namespace Looped.Autodiff.Execution;

/// <summary>
/// A step of a lowered program: it fills the memory of one value. Values that no step names live inside one (fused) or
/// are views of another value's memory.
/// </summary>
internal abstract class Step(Value result)
{
    public Value Result { get; } = result;

    /// <summary>The values whose memory is read.</summary>
    public abstract IEnumerable<Value> Reads { get; }
}

/// <summary>Kernels of one operation.</summary>
internal sealed class KernelStep(Value result) : Step(result)
{
    public KernelOperation Operation => (KernelOperation)Result.Operation;

    public override IEnumerable<Value> Reads => Result.Operands;
}

/// <summary>A chain of elementwise operations in one pass.</summary>
internal sealed class MapStepGroup(Value result, IReadOnlyList<Value> inputs, IReadOnlyList<MapStep> steps)
    : Step(result)
{
    public IReadOnlyList<Value> Inputs { get; } = inputs;

    public IReadOnlyList<MapStep> Steps { get; } = steps;

    public override IEnumerable<Value> Reads => Inputs;
}

/// <summary>
/// A sum in which contractions take part: the other terms are added up by an elementwise chain, and each contraction
/// accumulates on them, so that no product is ever stored only to be added.
/// </summary>
internal sealed class AccumulateStep(
    Value result, MapStepGroup? others, IReadOnlyList<(Value Product, double Sign)> products) : Step(result)
{
    /// <summary>The sum of the terms that are no contractions; null where there are none.</summary>
    public MapStepGroup? Others { get; } = others;

    /// <summary>The contractions and their signs.</summary>
    public IReadOnlyList<(Value Product, double Sign)> Products { get; } = products;

    public override IEnumerable<Value> Reads =>
        (Others?.Inputs ?? []).Concat(Products.SelectMany(term => term.Product.Operands));
}

/// <summary>A row-major copy of a value that lies otherwise, for a view that needs it so.</summary>
internal sealed class CopyStep(Value result, Value source) : Step(result)
{
    public Value Source { get; } = source;

    public override IEnumerable<Value> Reads => [Source];
}
