using System.Globalization;
using System.Runtime.Intrinsics;
using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Eigenvalues and eigenvectors of real symmetric matrices of one order, all or a range of them, by a team of threads in a
/// workspace that is kept: after the first call of each kind nothing is allocated. One thread at a time may use an
/// instance; instances are independent. Results do not depend on the size of the team.
/// </summary>
/// <remarks>
/// Orthogonal reduction to tridiagonal form, in one stage (<see cref="Tridiagonalization{TLanes}"/>) or, of a large matrix
/// whose vectors are not asked for, in two (<see cref="TwoStages{TLanes}"/>); then eigenvalues by bisection
/// (<see cref="Bisection{TLanes}"/>), or with eigenvectors by divide and conquer
/// (<see cref="DivideAndConquer{TLanes}"/>) and <see cref="BackTransformation{TLanes}"/>. Errors are of the order of machine
/// precision times the largest eigenvalue in magnitude: small eigenvalues are accurate on that scale, not relative to
/// themselves.
/// </remarks>
public sealed class SymmetricEigensolver
{
    private readonly EigenWorkspace? _workspace;

    /// <summary>The workspace for n x n matrices, used by the calling thread alone; as large as a team's of one or two.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public SymmetricEigensolver(int n)
        : this(n, new WorkerTeam(1))
    {
    }

    /// <summary>
    /// The workspace for n x n matrices: from n = 816 on at most 4 n^2 doubles, all told, and 3 n^2 as long as no
    /// eigenvectors are asked for; of smaller matrices at most 80 000 more, mostly for blocks of matrix products that do
    /// not shrink with n. This is with one or two threads; each further one adds at most 24 000 + 4 n.
    /// </summary>
    /// <param name="n">The order.</param>
    /// <param name="team">Threads that share the work.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public SymmetricEigensolver(int n, WorkerTeam team)
        : this(n, team, Vector512.IsHardwareAccelerated)
    {
    }

    /// <summary>A solver that uses registers of 512 bits, or of 256, whatever the machine has.</summary>
    internal SymmetricEigensolver(int n, WorkerTeam team, bool wide)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        Size = n;
        if (n > 0)
        {
            _workspace = wide ? new EigenWorkspace<Lanes512>(n, team) : new EigenWorkspace<Lanes256>(n, team);
        }
    }

    /// <summary>The order n of the matrices.</summary>
    public int Size { get; }

    /// <summary>The eigenvalues of a symmetric matrix, ascending.</summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="values">Out: n eigenvalues.</param>
    /// <exception cref="ArgumentException">
    /// A length does not fit, an element is not finite, or two elements that should be equal differ by more than 1e-10 of
    /// the largest; smaller differences are averaged away.
    /// </exception>
    /// <exception cref="InvalidOperationException">The iteration did not converge.</exception>
    public void Values(ReadOnlySpan<double> matrix, Span<double> values)
    {
        RequireLength(values.Length, Size, nameof(values), "eigenvalues");
        Values(matrix, 0, values);
    }

    /// <summary>A range of the eigenvalues by number.</summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="first">The number of the first one, counted from 0 in ascending order.</param>
    /// <param name="values">Out: this and the following ones, as many as there is room for.</param>
    /// <exception cref="ArgumentException">As for all eigenvalues, or there are not so many.</exception>
    /// <exception cref="InvalidOperationException">The iteration did not converge.</exception>
    public void Values(ReadOnlySpan<double> matrix, int first, Span<double> values)
    {
        RequireRange(first, values.Length);
        Reduce(matrix, withVectors: false);
        if (values.Length > 0)
        {
            _workspace!.Values(first, values);
        }

        GC.KeepAlive(_workspace);
    }

    /// <summary>The eigenvalues in the interval [low, high), ascending.</summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="low">The lower bound; may be minus infinity.</param>
    /// <param name="high">The upper bound; may be infinity.</param>
    /// <param name="values">Out: room for all of them.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">As for all eigenvalues, or low > high, or there is not room enough.</exception>
    /// <exception cref="InvalidOperationException">The iteration did not converge.</exception>
    public int Values(ReadOnlySpan<double> matrix, double low, double high, Span<double> values)
    {
        var (first, count) = Count(matrix, low, high, withVectors: false);
        RequireRoom(values.Length, count, nameof(values), "eigenvalues");
        if (count > 0)
        {
            _workspace!.Values(first, values[..count]);
        }

        GC.KeepAlive(_workspace);
        return count;
    }

    /// <summary>The eigenvalues of a symmetric matrix, ascending, and orthonormal eigenvectors.</summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="values">Out: n eigenvalues.</param>
    /// <param name="vectors">Out, (n,n): row j is the eigenvector of value j. Must not overlap the matrix.</param>
    /// <exception cref="ArgumentException">As for <see cref="Values(ReadOnlySpan{double}, Span{double})"/>.</exception>
    /// <exception cref="InvalidOperationException">An iteration did not converge.</exception>
    public void Decompose(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors)
    {
        RequireLength(values.Length, Size, nameof(values), "eigenvalues");
        Decompose(matrix, 0, values, vectors);
    }

    /// <summary>A range of the eigenvalues by number, and their eigenvectors.</summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="first">The number of the first one, counted from 0 in ascending order.</param>
    /// <param name="values">Out: this and the following ones, m, as many as there is room for.</param>
    /// <param name="vectors">Out, (m,n): row j is the eigenvector of values[j]. Must not overlap the matrix.</param>
    /// <exception cref="ArgumentException">As for all eigenvalues, or there are not so many.</exception>
    /// <exception cref="InvalidOperationException">An iteration did not converge.</exception>
    public void Decompose(ReadOnlySpan<double> matrix, int first, Span<double> values, Span<double> vectors)
    {
        RequireRange(first, values.Length);
        RequireLength(vectors.Length, (long)values.Length * Size, nameof(vectors), "elements of eigenvectors");
        Reduce(matrix, withVectors: true);
        if (values.Length > 0)
        {
            _workspace!.Decompose(first, values, vectors);
        }

        GC.KeepAlive(_workspace);
    }

    /// <summary>The eigenvalues in the interval [low, high), ascending, and their eigenvectors.</summary>
    /// <param name="matrix">Row-major, (n,n).</param>
    /// <param name="low">The lower bound; may be minus infinity.</param>
    /// <param name="high">The upper bound; may be infinity.</param>
    /// <param name="values">Out: room for all of them.</param>
    /// <param name="vectors">Out, a row of n for each: room for all of them. Must not overlap the matrix.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">As for all eigenvalues, or low > high, or there is not room enough.</exception>
    /// <exception cref="InvalidOperationException">An iteration did not converge.</exception>
    public int Decompose(ReadOnlySpan<double> matrix, double low, double high, Span<double> values, Span<double> vectors)
    {
        var (first, count) = Count(matrix, low, high, withVectors: true);
        RequireRoom(values.Length, count, nameof(values), "eigenvalues");
        RequireRoom(vectors.Length, (long)count * Size, nameof(vectors), "elements of eigenvectors");
        if (count > 0)
        {
            _workspace!.Decompose(first, values[..count], vectors[..(count * Size)]);
        }

        GC.KeepAlive(_workspace);
        return count;
    }

    private void Reduce(ReadOnlySpan<double> matrix, bool withVectors)
    {
        if (matrix.Length != (long)Size * Size)
        {
            throw new ArgumentException(
                $"The matrix has {matrix.Length} elements, but order {Size} needs {(long)Size * Size}.", nameof(matrix));
        }

        _workspace?.Reduce(matrix, withVectors);
    }

    /// <summary>Reduces a matrix and finds which of its eigenvalues lie in an interval.</summary>
    private (int First, int Count) Count(ReadOnlySpan<double> matrix, double low, double high, bool withVectors)
    {
        if (!(low <= high))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"The interval [{low:R}, {high:R}) must not end below its beginning."));
        }

        Reduce(matrix, withVectors);
        var first = _workspace?.CountBelow(low) ?? 0;
        return (first, Math.Max(0, (_workspace?.CountBelow(high) ?? 0) - first));
    }

    private void RequireRange(int first, int count)
    {
        if (first < 0 || first > Size - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(first), $"Eigenvalues {first} .. {first + (long)count - 1} were asked for, but there are those from 0 to {Size - 1}.");
        }
    }

    private static void RequireLength(int length, long required, string name, string what)
    {
        if (length != required)
        {
            throw new ArgumentException($"There is room for {length} {what}, but {required} are needed.", name);
        }
    }

    private static void RequireRoom(int length, long required, string name, string what)
    {
        if (length < required)
        {
            throw new ArgumentException($"There is room for {length} {what}, but {required} lie in the interval.", name);
        }
    }
}
