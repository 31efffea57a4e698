namespace Looped.Kernels.Calls;

/// <summary>The numbers <c>0, 1, .., n - 1</c> along one axis.</summary>
public sealed class IotaCall(Operand output) : KernelCall
{
    /// <inheritdoc/>
    public override string Name => "Iota";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs => [];

    /// <summary>(n).</summary>
    public override Operand Output { get; } = output;
}
