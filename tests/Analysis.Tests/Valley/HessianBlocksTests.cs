using Looped.Kernels;

namespace Looped.Analysis.Tests;

/// <summary>The blocks of Definition 2 against a change of basis written out.</summary>
public class HessianBlocksTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(100)]
    public void They_are_the_blocks_of_the_Hessian_in_the_basis_of_another(double epsilon)
    {
        const int Size = 23;
        double[] values = [.. Enumerable.Range(0, Size).Select(i => i - 6.0)];
        var basis = new ValleyBasis(
            values, Matrices.RandomOrthogonal(Size, 1), new ValleyCriteria(1, 10, epsilon, EpsilonMode.Absolute));
        double[] rows = [.. basis.River, .. basis.Valley];
        var hessian = Matrices.RandomSymmetric(Size, Size, 2);
        using var team = new WorkerTeam(1);
        var blocks = new HessianBlocks(basis, team);
        var norms = blocks.Measure(hessian);

        var turned = Matrices.Multiply(Matrices.Multiply(rows, hessian, Size), Matrices.Transposed(rows, Size), Size);
        var (river, valley) = (basis.RiverSize, basis.ValleySize);
        for (var i = 0; i < valley; i++)
        {
            for (var j = 0; j < valley; j++)
            {
                Assert.Equal(turned[((river + i) * Size) + river + j], blocks.ValleyBlock[(i * valley) + j], 1e-12);
            }

            for (var j = 0; j < river; j++)
            {
                Assert.Equal(turned[((river + i) * Size) + j], blocks.Coupling[(i * river) + j], 1e-12);
            }
        }

        Assert.Equal(Norm(turned, Size, river, Size, river, Size), norms.Valley, 1e-11);
        Assert.Equal(Norm(turned, Size, 0, river, 0, river), norms.River, 1e-11);
        Assert.Equal(Norm(turned, Size, river, Size, 0, river), norms.Coupling, 1e-11);
    }

    [Fact]
    public void In_its_own_eigenbasis_a_Hessian_has_no_coupling()
    {
        const int Size = 12;
        double[] values = [-3, -1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 10];
        var rows = Matrices.RandomOrthogonal(Size, 1);
        var basis = new ValleyBasis(values, rows, new ValleyCriteria(1, 10, 0.15));
        using var team = new WorkerTeam(1);
        var norms = new HessianBlocks(basis, team).Measure(Matrices.WithSpectrum(values, rows));
        Assert.Equal(10, norms.Valley, 1e-12);
        Assert.Equal(3, norms.River, 1e-12);
        Assert.Equal(0, norms.Coupling, 1e-12);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e200)]
    public void Norms_scale_with_the_Hessian_as_far_as_numbers_reach(double scale)
    {
        const int Size = 9;
        var basis = new ValleyBasis(
            [.. Enumerable.Range(0, Size).Select(i => (double)i)],
            Matrices.RandomOrthogonal(Size, 1),
            new ValleyCriteria(1, 10, 4, EpsilonMode.Absolute));
        var hessian = Matrices.RandomSymmetric(Size, Size, 2);
        using var team = new WorkerTeam(1);
        var blocks = new HessianBlocks(basis, team);
        var (one, other) = (blocks.Measure(hessian), blocks.Measure([.. hessian.Select(x => scale * x)]));
        Assert.Equal(one.Valley, other.Valley / scale, 1e-12);
        Assert.Equal(one.River, other.River / scale, 1e-12);
        Assert.Equal(one.Coupling, other.Coupling / scale, 1e-12);
        Assert.Equal(new BlockNorms(0, 0, 0), blocks.Measure(new double[Size * Size]));
    }

    /// <summary>The spectral norm of a part of a matrix, from the eigenvalues of its Gram matrix.</summary>
    private static double Norm(double[] matrix, int size, int top, int bottom, int left, int right)
    {
        var n = bottom - top;
        var gram = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var k = left; k < right; k++)
                {
                    gram[(i * n) + j] += matrix[((top + i) * size) + k] * matrix[((top + j) * size) + k];
                }
            }
        }

        return n == 0 ? 0 : Math.Sqrt(Math.Max(0, SymmetricEigen.Values(Matrices.Symmetrized(gram, n), n)[^1]));
    }
}
