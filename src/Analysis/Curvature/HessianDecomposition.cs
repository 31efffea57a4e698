namespace Looped.Analysis.Curvature;

/// <summary>
/// The Hessian's spectral decomposition at one epoch, in memory of a <see cref="SpectrumRecorder"/>, which writes another
/// into it at the second observation after: copy what is to be kept longer.
/// </summary>
public sealed class HessianDecomposition
{
    internal HessianDecomposition(int size) => (WritableValues, WritableVectors) = (new double[size], new double[size * size]);

    /// <summary>Epoch; 0 is the initialisation.</summary>
    public int Epoch { get; internal set; }

    /// <summary>P eigenvalues, ascending.</summary>
    public ReadOnlySpan<double> Values => WritableValues;

    /// <summary>(P,P) row-major: row j is the eigenvector of value j, of length 1.</summary>
    public ReadOnlySpan<double> Vectors => WritableVectors;

    internal double[] WritableValues { get; }

    internal double[] WritableVectors { get; }
}
