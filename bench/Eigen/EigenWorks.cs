using Looped.Analysis;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Benchmarks.Eigen;

/// <summary>Our side: spectra of one random symmetric matrix, and of two at once.</summary>
public sealed class EigenWorks
{
    private readonly int _order;
    private readonly WorkerTeam _team;

    /// <summary>Works on a matrix of this order with standard normal elements.</summary>
    public EigenWorks(int order, WorkerTeam team)
    {
        (_order, _team) = (order, team);
        Matrix = new double[order * order];
        new Philox(1, "eigen").FillNormal(Matrix, 1);
        for (var i = 0; i < order; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Matrix[(i * order) + j] = Matrix[(j * order) + i];
            }
        }
    }

    /// <summary>The matrix, row-major.</summary>
    public double[] Matrix { get; }

    /// <summary>The eigenvalues.</summary>
    public Work Values(string name)
    {
        var values = new double[_order];
        var solver = new SymmetricEigensolver(_order, _team);
        return new Work(name, () => solver.Values(Matrix, values), () => values);
    }

    /// <summary>The eigenvalues and eigenvectors; the result is the eigenvalues.</summary>
    public Work Vectors(string name)
    {
        var (values, vectors) = (new double[_order], new double[Matrix.Length]);
        var solver = new SymmetricEigensolver(_order, _team);
        return new Work(name, () => solver.Decompose(Matrix, values, vectors), () => values);
    }

    /// <summary>The same of two matrices, a thread each; the result is the eigenvalues of one.</summary>
    public Work Pair(string name)
    {
        var pair = new MatrixPair(Matrix, _order);
        return new Work(name, () => _team.Run(pair, 2), () => pair.Values[0]);
    }

    /// <summary>The same, both threads for one after the other.</summary>
    public Work Sequence()
    {
        var work = Vectors("sequence");
        return work with
        {
            Run = () =>
            {
                work.Run();
                work.Run();
            },
        };
    }

    private sealed class MatrixPair(double[] matrix, int order) : IParallelWork
    {
        private readonly SymmetricEigensolver[] _solvers = [new(order), new(order)];
        private readonly double[][] _vectors = [new double[matrix.Length], new double[matrix.Length]];

        public double[][] Values { get; } = [new double[order], new double[order]];

        public void Run(int item, int worker) => _solvers[item].Decompose(matrix, Values[item], _vectors[item]);
    }
}
