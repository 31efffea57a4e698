using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>
/// One kind of step in a program, with its attributes: a shape rule, a tangent rule and a cotangent rule, both written
/// in operations, so that they can be differentiated again. Operations are values: two that are equal compute the same.
/// </summary>
public abstract record Operation
{
    /// <summary>Name in printed programs and error messages.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>The type of the result.</summary>
    /// <exception cref="ShapeException">The operands do not fit.</exception>
    public abstract TensorType Infer(IReadOnlyList<TensorType> operands);

    /// <summary>
    /// Forward mode: what a tangent of one operand adds to the tangent of the result. Tangents have the shape of their
    /// primal, followed by the axis of directions where there is one.
    /// </summary>
    /// <param name="result">The step: its operation is this one.</param>
    /// <param name="operand">Which operand the tangent belongs to.</param>
    /// <param name="tangent">The operand's tangent.</param>
    /// <param name="directions">The axis of directions.</param>
    /// <returns>The part, or null where it is zero whatever the tangent is.</returns>
    public abstract Value? Jvp(Value result, int operand, Value tangent, Directions directions);

    /// <summary>Reverse mode: what the cotangent of the result adds to the cotangent of one operand.</summary>
    /// <param name="result">The step: its operation is this one.</param>
    /// <param name="operand">Which operand's cotangent is wanted.</param>
    /// <param name="cotangent">The result's cotangent, of its type.</param>
    /// <returns>The part, or null where it is zero whatever the cotangent is.</returns>
    public abstract Value? Vjp(Value result, int operand, Value cotangent);

    /// <summary>Floating-point operations of one evaluation (a multiply-add counts two).</summary>
    public virtual long Flops(IReadOnlyList<TensorType> operands, TensorType result) => 0;

    /// <summary>An equal value that is cheaper, or null. Local rewrites only; see <see cref="Graph"/>.</summary>
    public virtual Value? Simplify(IReadOnlyList<Value> operands) => null;
}

/// <summary>An operation that applies a function to each element; chains of them run as one kernel.</summary>
public abstract record ElementwiseOperation : Operation
{
    /// <summary>The function as a backend knows it, of registers 0 and 1.</summary>
    public abstract MapStep Step { get; }

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) => result.Shape.Size;
}

/// <summary>An operation that moves no data: its result is its operand's memory seen otherwise.</summary>
public abstract record ViewOperation : Operation
{
    /// <summary>The operand's memory with the result's shape; null where strides cannot express it.</summary>
    public abstract Operand? View(Operand operand, TensorType result);
}

/// <summary>An operation that runs kernels of its own.</summary>
public abstract record KernelOperation : Operation
{
    /// <summary>The kernels, in order.</summary>
    public abstract IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result);
}

/// <summary>
/// An operation that one kernel computes faster than the elementary operations it stands for. Where its derivatives are
/// theirs, a program that is differentiated holds them instead, so that derivatives share what lies inside: always in
/// forward mode, and in reverse where it has no rule of its own.
/// </summary>
public abstract record FusedOperation : KernelOperation
{
    /// <summary>Whether the operation has a cotangent rule, and so can stay in a program that reverse mode passes.</summary>
    public virtual bool HasVjp => false;

    /// <summary>The same value in elementary operations.</summary>
    public abstract Value Expand(IReadOnlyList<Value> operands);

    /// <inheritdoc/>
    public sealed override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        throw new InvalidOperationException($"{Name} has tangents in elementary operations only");

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        throw new InvalidOperationException($"{Name} has cotangents in elementary operations only");
}
