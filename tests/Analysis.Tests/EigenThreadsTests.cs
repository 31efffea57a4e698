using Looped.Kernels;

namespace Looped.Analysis.Tests;

/// <summary>The number of threads changes no bit, and a solver's repeated calls allocate nothing whatever it is.</summary>
public class EigenThreadsTests
{
    [Theory]
    [InlineData(70, 70)]
    [InlineData(300, 17)]
    [InlineData(300, 300)]
    [InlineData(930, 930)]
    public void A_team_of_any_size_gives_the_same_bits(int n, int rank)
    {
        var matrix = Matrices.RandomSymmetric(n, Math.Min(rank, 40), 21);
        for (var i = rank; i > 40 && i < n; i++)
        {
            matrix[i * n + i] += Math.Sin(i);
        }

        using var one = new WorkerTeam(1);
        using var three = new WorkerTeam(3);
        Assert.Equal(SymmetricEigen.Values(matrix, n, one), SymmetricEigen.Values(matrix, n, three));
        var (alone, together) = (SymmetricEigen.Decompose(matrix, n, one), SymmetricEigen.Decompose(matrix, n, three));
        Assert.Equal(alone.Values, together.Values);
        Assert.Equal(alone.Vectors, together.Vectors);
    }

    [Fact]
    public void Repeated_calls_with_a_team_allocate_nothing()
    {
        const int n = 150;
        using var team = new WorkerTeam(2);
        var a = Matrices.RandomSymmetric(n, n, 3);
        var solver = new SymmetricEigensolver(n, team);
        var (values, vectors) = (new double[n], new double[n * n]);
        Assert.Equal(0, Allocations.OfProcess(() =>
        {
            solver.Values(a, values);
            solver.Decompose(a, values, vectors);
        }));
    }
}
