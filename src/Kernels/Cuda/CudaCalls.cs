using Looped.Kernels.Calls;

namespace Looped.Kernels.Cuda;

/// <summary>
/// One step of Adam or AdamW over all parameters, in place: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>w = w - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon) - rate decay w</c>. For the CUDA backend alone.
/// </summary>
/// <param name="gradient">g, (P).</param>
/// <param name="mean">m, (P), changed; zero before the first step.</param>
/// <param name="square">v, (P), changed; zero before the first step.</param>
/// <param name="powers">b1^t and b2^t, (2) float64, changed; one before the first step.</param>
/// <param name="weights">w, (P), changed. All of (P) are contiguous and of one type.</param>
public sealed class AdamCall(Operand gradient, Operand mean, Operand square, Operand powers, Operand weights) : KernelCall
{
    /// <summary>Step size.</summary>
    public required double Rate { get; init; }

    /// <summary>b1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>b2.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What keeps the quotient finite, outside the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled decay of the weights; zero is Adam.</summary>
    public double Decay { get; init; }

    /// <inheritdoc/>
    public override string Name => "Adam";

    /// <summary>Gradient, mean, square, powers, weights.</summary>
    public override IReadOnlyList<Operand> Inputs { get; } = [gradient, mean, square, powers, weights];

    /// <inheritdoc/>
    public override Operand Output { get; } = weights;
}

/// <summary>
/// The numbers that the host's <see cref="Tensors.Philox"/> draws first for a seed and a purpose, times a scale: uniform ones of
/// [0, 1), bit for bit, or normal ones. For the CUDA backend alone.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="purpose">The purpose.</param>
/// <param name="isNormal">Whether the numbers are normal.</param>
/// <param name="scale">Factor of the numbers.</param>
/// <param name="output">Contiguous.</param>
public sealed class PhiloxCall(ulong seed, string purpose, bool isNormal, double scale, Operand output) : KernelCall
{
    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The purpose.</summary>
    public string Purpose { get; } = purpose;

    /// <summary>Whether the numbers are normal.</summary>
    public bool IsNormal { get; } = isNormal;

    /// <summary>Factor of the numbers.</summary>
    public double Scale { get; } = scale;

    /// <inheritdoc/>
    public override string Name => "Philox";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs => [];

    /// <inheritdoc/>
    public override Operand Output { get; } = output;
}

/// <summary>
/// Eigenvalues, ascending, of many symmetric matrices of order 48 at most, and their eigenvectors on request, by Jacobi's method;
/// all contiguous float64. For the CUDA backend alone.
/// </summary>
/// <param name="matrices">(B,n,n); what is not symmetric in them is averaged away.</param>
/// <param name="values">(B,n).</param>
/// <param name="vectors">(B,n,n), row j the vector of value j; null where none are wanted.</param>
public sealed class SmallEigenCall(Operand matrices, Operand values, Operand? vectors) : KernelCall
{
    /// <summary>The largest order.</summary>
    public const int MaxOrder = 48;

    /// <summary>(B,n,n); null where none are wanted.</summary>
    public Operand? Vectors { get; } = vectors;

    /// <inheritdoc/>
    public override string Name => "SmallEigen";

    /// <inheritdoc/>
    public override IReadOnlyList<Operand> Inputs { get; } = [matrices];

    /// <summary>The values.</summary>
    public override Operand Output { get; } = values;
}

/// <summary>
/// Householder reduction <c>A = Q T Q'</c> of a symmetric matrix to tridiagonal form; all contiguous float64. For the CUDA
/// backend alone.
/// </summary>
/// <param name="matrix">A, (n,n); destroyed.</param>
/// <param name="reflections">(n,n): row j is v of the reflection <c>I - tau v v'</c> that clears column j.</param>
/// <param name="factors">tau, (n).</param>
/// <param name="offDiagonal">(n): the n - 1 elements below T's diagonal, and a zero.</param>
/// <param name="diagonal">(n).</param>
public sealed class TridiagonalCall(
    Operand matrix, Operand reflections, Operand factors, Operand offDiagonal, Operand diagonal) : KernelCall
{
    /// <inheritdoc/>
    public override string Name => "Tridiagonal";

    /// <summary>Matrix, reflections, factors, off-diagonal.</summary>
    public override IReadOnlyList<Operand> Inputs { get; } = [matrix, reflections, factors, offDiagonal];

    /// <summary>The diagonal.</summary>
    public override Operand Output { get; } = diagonal;
}

/// <summary>
/// Vectors of a tridiagonal matrix as vectors of the matrix it was made from: each row z becomes <c>Q z</c>; all contiguous
/// float64. For the CUDA backend alone.
/// </summary>
/// <param name="reflections">(n,n), of a <see cref="TridiagonalCall"/>.</param>
/// <param name="factors">(n), of the same.</param>
/// <param name="vectors">(rows,n), changed.</param>
public sealed class RestoreCall(Operand reflections, Operand factors, Operand vectors) : KernelCall
{
    /// <inheritdoc/>
    public override string Name => "Restore";

    /// <summary>Reflections, factors, vectors.</summary>
    public override IReadOnlyList<Operand> Inputs { get; } = [reflections, factors, vectors];

    /// <summary>The vectors.</summary>
    public override Operand Output { get; } = vectors;
}
