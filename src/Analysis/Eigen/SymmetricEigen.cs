namespace Looped.Analysis;

/// <summary>The spectral decomposition of a symmetric matrix, <c>A = sum_j lambda_j u_j u_j'</c>.</summary>
/// <param name="Size">The order n.</param>
/// <param name="Values">n eigenvalues, ascending.</param>
/// <param name="Vectors">(n,n), row-major: row j is the eigenvector of value j, of length 1.</param>
public sealed record EigenDecomposition(int Size, double[] Values, double[] Vectors)
{
    /// <summary>The eigenvector of value j.</summary>
    public ReadOnlySpan<double> Vector(int j) => Vectors.AsSpan(j * Size, Size);
}

/// <summary>
/// Eigenvalues and eigenvectors of one symmetric matrix; <see cref="SymmetricEigensolver"/> keeps the workspace for many.
/// </summary>
public static class SymmetricEigen
{
    /// <summary>The eigenvalues of a symmetric n x n matrix (row-major), ascending.</summary>
    /// <exception cref="ArgumentException">The matrix is not n x n, finite and symmetric.</exception>
    public static double[] Values(ReadOnlySpan<double> matrix, int n)
    {
        var values = new double[n];
        new SymmetricEigensolver(n).Values(matrix, values);
        return values;
    }

    /// <summary>The eigenvalues, ascending, and orthonormal eigenvectors of a symmetric n x n matrix (row-major).</summary>
    /// <exception cref="ArgumentException">The matrix is not n x n, finite and symmetric.</exception>
    public static EigenDecomposition Decompose(ReadOnlySpan<double> matrix, int n)
    {
        var decomposition = new EigenDecomposition(n, new double[n], new double[n * n]);
        new SymmetricEigensolver(n).Decompose(matrix, decomposition.Values, decomposition.Vectors);
        return decomposition;
    }
}
