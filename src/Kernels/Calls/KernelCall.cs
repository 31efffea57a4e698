namespace Looped.Kernels.Calls;

/// <summary>
/// One kernel with its operands: a description that a backend turns into code. There is one sealed class for each
/// kernel; what it computes is defined by the <c>Reference</c> backend.
/// </summary>
public abstract class KernelCall
{
    /// <summary>Kernel name for listings and error messages.</summary>
    public abstract string Name { get; }

    /// <summary>What is read.</summary>
    public abstract IReadOnlyList<Operand> Inputs { get; }

    /// <summary>What is written.</summary>
    public abstract Operand Output { get; }

    /// <summary>
    /// The call that makes some of the output's elements, those from <paramref name="start"/> on along an axis of the
    /// output; null where they need the others, as numbers of a softmax do.
    /// </summary>
    public virtual KernelCall? Slice(int axis, int start, int count) => null;

    /// <inheritdoc/>
    public override string ToString() => $"{Output} = {Name}({string.Join(", ", Inputs)})";
}
