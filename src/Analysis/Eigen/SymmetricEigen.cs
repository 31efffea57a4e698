using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>The spectral decomposition of a symmetric matrix, <c>A = sum_j lambda_j u_j u_j'</c>, or a range of it.</summary>
/// <param name="Size">The order n.</param>
/// <param name="Values">The eigenvalues, ascending: n of them, or those of the range.</param>
/// <param name="Vectors">Row-major, a row of n for each value: row j is the eigenvector of value j, of length 1.</param>
public sealed record EigenDecomposition(int Size, double[] Values, double[] Vectors)
{
    /// <summary>The eigenvector of value j.</summary>
    public ReadOnlySpan<double> Vector(int j) => Vectors.AsSpan(j * Size, Size);
}

/// <summary>
/// Eigenvalues and eigenvectors of one symmetric n x n matrix (row-major); <see cref="SymmetricEigensolver"/> keeps the
/// workspace for many. Without a team the calling thread works alone.
/// </summary>
public static class SymmetricEigen
{
    /// <summary>All eigenvalues, ascending.</summary>
    /// <exception cref="ArgumentException">The matrix is not n x n, finite and symmetric.</exception>
    public static double[] Values(ReadOnlySpan<double> matrix, int n, WorkerTeam? team = null) => Values(matrix, n, 0, n, team);

    /// <summary>Eigenvalues number <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> - 1, ascending.</summary>
    /// <exception cref="ArgumentException">The matrix is not n x n, finite and symmetric, or there are not so many.</exception>
    public static double[] Values(ReadOnlySpan<double> matrix, int n, int first, int count, WorkerTeam? team = null)
    {
        var values = new double[count];
        Solver(n, team).Values(matrix, first, values);
        return values;
    }

    /// <summary>The eigenvalues in [low, high), ascending.</summary>
    /// <exception cref="ArgumentException">The matrix is not n x n, finite and symmetric, or low > high.</exception>
    public static double[] ValuesBetween(ReadOnlySpan<double> matrix, int n, double low, double high, WorkerTeam? team = null)
    {
        var values = new double[n];
        return values[..Solver(n, team).Values(matrix, low, high, values)];
    }

    /// <summary>All eigenvalues, ascending, and orthonormal eigenvectors.</summary>
    /// <exception cref="ArgumentException">The matrix is not n x n, finite and symmetric.</exception>
    public static EigenDecomposition Decompose(ReadOnlySpan<double> matrix, int n, WorkerTeam? team = null) =>
        Decompose(matrix, n, 0, n, team);

    /// <summary>A range of the eigenvalues by number, ascending, and their eigenvectors.</summary>
    /// <exception cref="ArgumentException">The matrix is not n x n, finite and symmetric, or there are not so many.</exception>
    public static EigenDecomposition Decompose(
        ReadOnlySpan<double> matrix, int n, int first, int count, WorkerTeam? team = null)
    {
        var decomposition = new EigenDecomposition(n, new double[count], new double[count * n]);
        Solver(n, team).Decompose(matrix, first, decomposition.Values, decomposition.Vectors);
        return decomposition;
    }

    /// <summary>The eigenvalues in [low, high), ascending, and their eigenvectors.</summary>
    /// <exception cref="ArgumentException">The matrix is not n x n, finite and symmetric, or low > high.</exception>
    public static EigenDecomposition DecomposeBetween(
        ReadOnlySpan<double> matrix, int n, double low, double high, WorkerTeam? team = null)
    {
        var (values, vectors) = (new double[n], new double[n * n]);
        var count = Solver(n, team).Decompose(matrix, low, high, values, vectors);
        return new EigenDecomposition(n, values[..count], vectors[..(count * n)]);
    }

    private static SymmetricEigensolver Solver(int n, WorkerTeam? team) =>
        team is null ? new SymmetricEigensolver(n) : new SymmetricEigensolver(n, team);
}
