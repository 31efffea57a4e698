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

    /// <inheritdoc/>
    public override string ToString() => $"{Output} = {Name}({string.Join(", ", Inputs)})";
}
