using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// The memory in which <see cref="MutualInformation"/> works on matrices of one order; kept, so that repeated calls
/// allocate nothing. One thread at a time may use an instance.
/// </summary>
public sealed class MutualInformationWorkspace
{
    private readonly WorkerTeam _team;
    private readonly double[] _law;
    private readonly double[] _columns;
    private readonly double[] _first;
    private double[]? _second;
    private double[]? _third;
    private SymmetricEigensolver? _solver;

    /// <summary>The workspace for order n: n^2 doubles, and 3 n^2 more for the matrix-based reading.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public MutualInformationWorkspace(int n)
        : this(n, new WorkerTeam(1))
    {
    }

    /// <summary>The same, for a team of threads that share the work.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public MutualInformationWorkspace(int n, WorkerTeam team)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        Size = n;
        _team = team;
        Product = DenseProduct.Create(team);
        _law = new double[n];
        _columns = new double[n];
        _first = new double[checked(n * n)];
    }

    /// <summary>The order n of the matrices.</summary>
    public int Size { get; }

    internal Span<double> Law => _law;

    internal Span<double> Columns => _columns;

    internal Span<double> First => _first;

    internal Span<double> Second => _second ??= new double[Size * Size];

    internal Span<double> Third => _third ??= new double[Size * Size];

    internal SymmetricEigensolver Solver => _solver ??= new SymmetricEigensolver(Size, _team);

    internal DenseProduct Product { get; }

    internal void RequireDecomposition(int values, int vectors, string name)
    {
        if (values != Size || vectors != (long)Size * Size)
        {
            throw new ArgumentException(
                $"The workspace is for order {Size}, but there are {values} eigenvalues and {vectors} elements of eigenvectors.",
                name);
        }
    }
}
